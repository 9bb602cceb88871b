import { RemediationError } from "../errors.ts";
import { PLAN_SECONDS, type Purpose, type TokenProblem } from "../plans/token.ts";
import type { ActionRequest, Approval, RunDeps } from "./deps.ts";

/**
 * Who approves. Specification, section 4: a person is asked where the client can; where it cannot, the plan's id must be
 * given.
 * @throws RemediationError `approval_never`, `plan_invalid`, `plan_expired`, `plan_stale`
 */
export function approve(
  { planId, person }: ActionRequest,
  mode: RunDeps["rules"]["approval"],
  check: (purpose: Purpose, token: string) => TokenProblem | undefined,
): Approval | "ask" | "plan_required" | "declined" {
  if (mode === "never") {
    throw new RemediationError(
      "approval_never",
      "The policy lets this caller plan but not write (approval: never).",
    );
  }
  const assert = (purpose: Purpose, token: string): void => {
    const found = check(purpose, token);
    if (found) throw tokenError(found);
  };
  if (person?.state !== undefined) {
    assert("question", person.state);
    return person.approved === true ? "person" : "declined";
  }
  if (planId !== undefined) assert("plan", planId);
  if (mode === "confirm") return planId === undefined ? "confirm" : "plan";
  if (person) return "ask";
  return planId === undefined ? "plan_required" : "plan";
}

export function tokenError(found: TokenProblem): RemediationError {
  switch (found) {
    case "malformed":
    case "other_request":
      return new RemediationError(
        "plan_invalid",
        "This plan_id is not of a plan for this caller, cluster, tool and arguments. Call without plan_id to make one.",
      );
    case "expired":
      return new RemediationError(
        "plan_expired",
        `The plan is older than ${PLAN_SECONDS / 60} minutes. Make a new one.`,
      );
    case "other_state":
      return new RemediationError(
        "plan_stale",
        "The object, or what stands around it, or what would be written, has changed since the plan was made. Make a new one.",
      );
  }
}
