export { type RegisterOptions, registerTools } from "./register-tools.ts";
export { createToolServer, type ServeOptions } from "./serve-tools.ts";
