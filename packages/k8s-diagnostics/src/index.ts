export type {
  Check,
  CheckInput,
  Confidence,
  Evidence,
  Finding,
  Readable,
  Remedy,
  Severity,
  Undecided,
} from "./check.ts";
export { defineCheck } from "./check.ts";
export { CHECKS } from "./checks/index.ts";
export type { Cause, Diagnosis, Issue, NotChecked, State, TargetVerdict, ToldRemedy } from "./diagnosis.ts";
export {
  callProblems,
  type OfferedCall,
  REMEDY_CALLS,
  type ReadyCall,
  type RemedyCall,
} from "./remedy-calls.ts";
export {
  type DiagnoseOptions,
  diagnoseCluster,
  diagnoseNamespace,
  diagnoseObject,
  type ObjectTarget,
} from "./targets/diagnose.ts";
export {
  diagnoseNamespaces,
  diagnoseWorkloads,
  type NamespacesTarget,
  type WorkloadsTarget,
} from "./targets/diagnose-many.ts";
export type { TargetName, WorkloadKind } from "./targets/table.ts";
export { type Examination, examine, type Question, reachVerdict, type Verdict } from "./verdict/verdict.ts";
