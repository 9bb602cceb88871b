/**
 * Why an action was not carried out. Stable: callers branch on the code.
 *
 * - `precondition_failed`: guard rails refuse; the message names each and what would override it
 * - `approval_never`: the policy allows no writes
 * - `plan_invalid`: no plan of this server for this caller, cluster, tool and arguments
 * - `plan_expired`, `plan_stale`, `plan_used`: make a new plan
 * - `unknown_action`, `not_undoable`, `already_undone`, `drifted`: what cannot be taken back
 * - `audit_unavailable`, `ledger_unavailable`: records cannot be kept or not be trusted, therefore nothing is written
 * - `action_budget`, `cool_down`, `action_in_progress`: lost against another call at the last moment
 * - `not_found`: the object does not exist
 * - `invalid_arguments`: the call cannot mean anything
 * - `permission_denied`: the policy does not permit to take that action back
 */
export type RemediationErrorCode =
  | "precondition_failed"
  | "approval_never"
  | "plan_invalid"
  | "plan_expired"
  | "plan_stale"
  | "plan_used"
  | "unknown_action"
  | "not_undoable"
  | "already_undone"
  | "drifted"
  | "audit_unavailable"
  | "ledger_unavailable"
  | "action_budget"
  | "cool_down"
  | "action_in_progress"
  | "invalid_arguments"
  | "not_found"
  | "permission_denied";

const RETRYABLE: ReadonlySet<RemediationErrorCode> = new Set([
  "audit_unavailable",
  "ledger_unavailable",
  "action_budget",
  "cool_down",
  "action_in_progress",
]);

/** An action that was refused before anything was written. `message` is a sentence for a person with the way out. */
export class RemediationError extends Error {
  override readonly name = "RemediationError";
  readonly code: RemediationErrorCode;
  /** Codes of the guard rails that refused, else the error's own. */
  readonly codes: readonly string[];

  constructor(
    code: RemediationErrorCode,
    message: string,
    { codes = [code], ...options }: ErrorOptions & { readonly codes?: readonly string[] } = {},
  ) {
    super(message, options);
    this.code = code;
    this.codes = codes;
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}
