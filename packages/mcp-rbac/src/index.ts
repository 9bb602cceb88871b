export type { AccessRequest, Decision, Denial, DenialReason, Permission, Place } from "./access.ts";
export { decide, mayCall, permits } from "./decide.ts";
export { explainDecision, explainPolicy } from "./explain.ts";
export { type DeniedCall, type GuardOptions, guard } from "./guard.ts";
export {
  type DeniedResult,
  type GuardHandlerOptions,
  guardHandler,
  type ToolHandler,
} from "./guard-handler.ts";
export { policyWarnings } from "./policy/check.ts";
export { builtInPolicy, DEFAULT_POLICY_FILE } from "./policy/defaults.ts";
export { PolicyError, type PolicyErrorCode, type PolicyProblem } from "./policy/errors.ts";
export { loadPolicy, type PolicyLocation } from "./policy/load.ts";
export { parsePolicy } from "./policy/parse.ts";
export { type WatchedPolicy, type WatchOptions, watchPolicy } from "./policy/reload.ts";
export type { ActionBudget, ApprovalMode, Policy, Role } from "./policy/schema.ts";
export {
  DEFAULT_PROTECTED_NAMESPACES,
  type WriteBudget,
  type WriteRequest,
  type WriteRules,
  writeRules,
} from "./write-rules.ts";
