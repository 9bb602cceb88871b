import type { Gap, ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Confidence, Evidence, Remedy, Severity, Undecided } from "./check.ts";
import type { ReadyCall } from "./remedy-calls.ts";

/** A repair, with a call only if it can be made as it is. */
export type ToldRemedy = Omit<Remedy, "call"> & { readonly call?: ReadyCall };

export type State = "healthy" | "degraded" | "failing" | "unknown";

/** The object that must change, why that is known, and what follows from it. */
export interface Cause {
  readonly code: string;
  readonly title: string;
  readonly object: ObjectRef;
  readonly confidence: Confidence;
  /** RFC 3339: when the trouble began, as far as conditions and events tell. */
  readonly since?: string;
  readonly evidence: readonly Evidence[];
  readonly explains: readonly { readonly code: string; readonly object: ObjectRef }[];
  readonly remedies: readonly ToldRemedy[];
}

/** A state that somebody would complain about. Further fields depend on the code. */
export interface Issue {
  readonly code: string;
  readonly severity: Severity;
  readonly object: ObjectRef;
  readonly message: string;
  readonly [detail: string]: unknown;
}

/** Something that was not checked, so that nothing may be concluded about it. */
export interface NotChecked extends Omit<Gap, "resource" | "reason"> {
  /** A resource, `logs`, or `check:CODE`. */
  readonly resource: string;
  readonly reason: Gap["reason"] | Undecided["reason"] | "malformed_object";
}

/** How one of several targets does, and the first of its causes, which stand in the diagnosis. */
export interface TargetVerdict extends ObjectRef {
  readonly state: State;
  readonly causes: readonly { readonly code: string; readonly object: ObjectRef }[];
}

/** A verdict on a target. The fields of each tool stand beside these, see targets/. */
export interface Diagnosis {
  readonly cluster: string;
  /** RFC 3339: when what it was read. */
  readonly as_of: string;
  readonly target: ObjectRef;
  /** When the question was about several. */
  readonly targets?: readonly TargetVerdict[];
  readonly state: State;
  /** Worst and surest first. Empty on a healthy target. */
  readonly causes: readonly Cause[];
  readonly issues: readonly Issue[];
  readonly recommendations: readonly string[];
  readonly not_checked: readonly NotChecked[];
  /** Present when something was cut: what, and how to see the rest. */
  readonly truncated?: string;
  readonly [field: string]: unknown;
}
