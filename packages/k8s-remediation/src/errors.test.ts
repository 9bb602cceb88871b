import { describe, expect, it } from "vitest";
import { RemediationError, type RemediationErrorCode } from "./errors.ts";

const RETRYABLE: Readonly<Record<RemediationErrorCode, boolean>> = {
  precondition_failed: false,
  approval_never: false,
  plan_invalid: false,
  plan_expired: false,
  plan_stale: false,
  plan_used: false,
  unknown_action: false,
  not_undoable: false,
  already_undone: false,
  drifted: false,
  audit_unavailable: true,
  ledger_unavailable: true,
  action_budget: true,
  cool_down: true,
  action_in_progress: true,
  invalid_arguments: false,
  not_found: false,
  permission_denied: false,
};

describe("RemediationError", () => {
  it.each(Object.entries(RETRYABLE))("%s: the same call may succeed later: %s", (code, retryable) => {
    const error = new RemediationError(code as RemediationErrorCode, "why", { cause: "x" });
    expect(error).toMatchObject({ name: "RemediationError", code, retryable, message: "why", cause: "x" });
  });
});
