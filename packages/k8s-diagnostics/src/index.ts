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
export type { Cause, Diagnosis, Issue, NotChecked, State } from "./diagnosis.ts";
export {
  type DiagnoseOptions,
  diagnoseCluster,
  diagnoseNamespace,
  diagnoseObject,
  type ObjectTarget,
} from "./targets/diagnose.ts";
export type { TargetName } from "./targets/table.ts";
