export type { RegisterOptions } from "../registrations.ts";
export { registerTools } from "./register-tools.ts";
export { createToolServer, type ServeOptions } from "./serve-tools.ts";
