export { AuditError, type AuditErrorCode } from "./errors.ts";
export type { AuditHandle, OpenAuditFile } from "./file.ts";
export { readAuditKey } from "./key.ts";
export { type AuditLog, type AuditLogOptions, type AuditPosition, openAuditLog } from "./log.ts";
export type {
  AuditObject,
  AuditRecord,
  DeniedRecord,
  IntentRecord,
  OutcomeRecord,
  RefusedRecord,
  UnfinishedAction,
} from "./records.ts";
export { type AuditDamage, type AuditVerification, verifyAuditLog } from "./verify.ts";
