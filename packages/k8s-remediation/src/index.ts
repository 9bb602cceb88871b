export {
  type Action,
  type After,
  type Before,
  defineAction,
  type FieldChange,
  type Planned,
  type Progress,
  type Refused,
  type Unchanged,
  type Undo,
  type Write,
} from "./action.ts";
export { ACTIONS } from "./actions/index.ts";
export { RemediationError, type RemediationErrorCode } from "./errors.ts";
export type { ActionOutcome, Entry } from "./ledger/entry.ts";
export { createLeaseLedger, type LeaseLedgerOptions } from "./ledger/lease-ledger.ts";
export type { Change, Ledger } from "./ledger/ledger.ts";
export type { ActionBudget, WriteRules } from "./ledger/rules.ts";
export type { BlastRadius, Plan, ToldVerdict } from "./plans/plan.ts";
export { PRECONDITIONS } from "./preconditions/index.ts";
export type { OwnPod } from "./preconditions/precondition.ts";
export type {
  ActionCluster,
  ActionRecord,
  ActionRequest,
  Approval,
  AuditSink,
  Person,
  RunDeps,
} from "./run/deps.ts";
export { type RunResult, runAction } from "./run.ts";
export { undoAction, undoableAction } from "./undo.ts";
export type { Verification } from "./verify/watch.ts";
