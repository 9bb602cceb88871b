import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Confidence, Evidence, Severity } from "../../check.ts";
import type { CorefileSource } from "./sources.ts";

/** Something in a Corefile by which names do not resolve. */
export interface CorefileFault {
  readonly kind: string;
  /** Zero when it concerns the whole. */
  readonly line: number;
  /** Another ConfigMap that is read into the Corefile, and the key in which the line is. */
  readonly included?: CorefileSource;
  /** How the title goes on after "The Corefile". */
  readonly what: string;
  readonly step: string;
  readonly confidence: Confidence;
  /** When it does not depend on whether a client tells of it. */
  readonly severity?: Severity;
  /** Existing Services that do not resolve by it. */
  readonly services: readonly ObjectRef[];
  readonly proof?: Evidence;
  readonly pods?: readonly ObjectRef[];
  /** Whether it is a fault only where a client tells of it. */
  readonly needsClient?: boolean;
  /** Whether complaints about these Services (none: about other names) fit, the first of them in these words. */
  concerns(services: readonly ObjectRef[], line: string): boolean;
}
