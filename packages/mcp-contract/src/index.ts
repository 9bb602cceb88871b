export { type BindOptions, bind, definitionOf } from "./bind.ts";
export { failureOf, ToolError } from "./errors.ts";
export {
  type BoundTool,
  type CallContext,
  defineTool,
  type JsonSchema,
  type Principal,
  type Scope,
  type Tool,
  type ToolAccess,
  type ToolAnnotations,
  type ToolDefinition,
  type ToolFailure,
  type ToolResult,
} from "./tool.ts";
export { cleanText } from "./untrusted.ts";
