import type { Gap, KubeObject, Objects, ResourceKey } from "@k8s-ops/k8s-cluster";
import type { Planned } from "../action.ts";
import type { Entry } from "../ledger/entry.ts";
import type { WriteRules } from "../ledger/rules.ts";

/** What one guard rail says of a plan. Several objects can give several verdicts. */
export interface Verdict {
  /** Stable, snake_case. */
  readonly code: string;
  readonly verdict: "pass" | "warn" | "refuse";
  /** A sentence that names what is at stake; of what passes nothing is said. */
  readonly message: string;
  /**
   * What lifts a refusal. `call`: the argument `override` with the code, where the policy permits the caller that.
   * Otherwise a sentence that says what to do instead.
   */
  readonly override?: "call" | { readonly instead: string };
}

/** What lifts a refusal, as a sentence. */
export function overrideText({ code, override }: Verdict): string | undefined {
  if (override === undefined) return undefined;
  return override === "call"
    ? `override: ["${code}"], which the caller's role must list under overrides`
    : override.instead;
}

/** The Pod that the server runs in. */
export interface OwnPod {
  readonly namespace: string;
  readonly name: string;
}

/** All that guard rails may look at. */
export interface Situation {
  readonly action: string;
  /** As the server has it. Its texts are hostile. */
  readonly target: KubeObject;
  readonly planned: Planned;
  /** Redacted. */
  readonly objects: Objects;
  /** What could not be read. */
  readonly gaps?: readonly Gap[];
  readonly rules: WriteRules;
  readonly caller: string;
  readonly entries: readonly Entry[];
  readonly ownPod?: OwnPod;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether an action is taken back. */
  readonly isUndo: boolean;
}

/** A guard rail. All are asked, so that a caller sees at once what stands in the way. */
export interface Precondition {
  readonly code: string;
  /** For the reference: when it speaks, and what lifts a refusal. */
  readonly when: string;
  readonly liftedBy: string;
  /** What it has to see to judge this plan. Default: what the plan itself holds. */
  judgesBy?(situation: Situation): readonly ResourceKey[];
  /** Empty: it has nothing against the plan. */
  judge(situation: Situation): readonly Omit<Verdict, "code">[];
}

export function definePrecondition(precondition: Precondition): Precondition {
  return precondition;
}
