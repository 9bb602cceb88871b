import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import type { TemplateChange } from "@k8s-ops/k8s-diagnostics/kube";

/** A guard rail's word as it is told. */
export interface ToldVerdict {
  readonly code: string;
  readonly message: string;
  /** How the refusal is lifted. */
  readonly override?: string;
}

/** What the action touches beside its target. */
export interface BlastRadius {
  readonly replicas?: { readonly desired: number; readonly ready: number };
  /** Pods that end at once. */
  readonly pods_ending: number;
  readonly pods?: readonly string[];
  readonly budgets?: readonly { readonly name: string; readonly disruptions_allowed: number }[];
}

/** What would be done, as a person or an agent gets to see it before approving it. */
export interface Plan {
  /** Absent when the plan cannot be approved. */
  readonly plan_id?: string;
  /** RFC 3339 */
  readonly expires_at?: string;
  readonly summary: string;
  readonly object: ObjectRef;
  /** At most 50 fields, weightiest first, secrets redacted. */
  readonly changes: readonly TemplateChange[];
  /** How many further fields change. */
  readonly more_changes?: number;
  readonly blast_radius: BlastRadius;
  readonly refused: readonly ToldVerdict[];
  readonly warnings: readonly ToldVerdict[];
  /** Codes of the guard rails that have nothing against it. */
  readonly passed: readonly string[];
  /** How it can be taken back, or that it cannot. */
  readonly undo: string;
}
