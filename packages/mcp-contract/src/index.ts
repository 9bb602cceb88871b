export { type BindOptions, bind, definitionOf } from "./bind.ts";
export { failureOf, InputRequired, ToolError } from "./errors.ts";
export {
  type Answer,
  type BoundTool,
  type CallContext,
  defineTool,
  type Elicitation,
  type JsonSchema,
  type Principal,
  type Question,
  type Scope,
  type Tool,
  type ToolAccess,
  type ToolAnnotations,
  type ToolDefinition,
  type ToolFailure,
  type ToolResult,
} from "./tool.ts";
export { cleanText } from "./untrusted.ts";
