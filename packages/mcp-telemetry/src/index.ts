export { instrument } from "./instrument.ts";
export { instrumentHandler, type ToolHandler } from "./instrument-handler.ts";
export type { TelemetryOptions } from "./operation.ts";
export { withSpan } from "./with-span.ts";
