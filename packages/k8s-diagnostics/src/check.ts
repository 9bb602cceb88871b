import type { ObjectRef, Objects, ResourceKey } from "@k8s-ops/k8s-cluster";
import type { RemedyCall } from "./remedy-calls.ts";

/** What a check may declare that it reads. Logs count as a resource. */
export type Readable = ResourceKey | "logs";

export type Severity = "high" | "medium" | "low";

/** `certain`: the evidence excludes anything else; `likely`; `possible`: fits, and other causes would look the same. */
export type Confidence = "certain" | "likely" | "possible";

/** A field's value, an event, or a log line, and the object that it was seen on. Values are text from the cluster. */
export type Evidence =
  | { readonly object: ObjectRef; readonly field: string; readonly value: string }
  | {
      readonly object: ObjectRef;
      readonly event: {
        readonly reason: string;
        readonly message: string;
        readonly count: number;
        readonly last_seen: string;
      };
    }
  | {
      readonly object: ObjectRef;
      readonly log: { readonly container: string; readonly previous: boolean; readonly line: string };
    };

/** What to do. The sentence holds checked names only; values stand in `patch`. */
export interface Remedy {
  readonly step: string;
  /** The object to change, when it is another one than the cause's. */
  readonly object?: ObjectRef;
  /** A strategic merge patch of that object in YAML. */
  readonly patch?: string;
  /** A call of one of the remediate tools that does it. */
  readonly call?: RemedyCall;
}

export interface Finding {
  /** A cause: the object that must change. A symptom: the object that shows it. */
  readonly object: ObjectRef;
  /** A sentence from checked names only; nothing else from the cluster. */
  readonly title: string;
  readonly confidence: Confidence;
  readonly evidence: readonly [Evidence, ...Evidence[]];
  /** Part of the object: a container, a port, a claim. Findings of one code, object and subject are one finding. */
  readonly subject?: string;
  /** When the check's severity does not fit this case. */
  readonly severity?: Severity;
  /** Objects whose health suffers from this, directly. What depends on them in turn is found by the verdict. */
  readonly affects?: readonly ObjectRef[];
  /** Objects to which this matters though their own status does not show it. */
  readonly related?: readonly ObjectRef[];
  /** Objects at which the reason is to be sought: findings on them explain this one. */
  readonly because?: readonly ObjectRef[];
  readonly remedies?: readonly Remedy[];
  /** Further fields of the published issue, in snake_case. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Something that a check suspects and that no object can decide: it becomes `not_checked` instead of a guess. */
export interface Undecided {
  readonly object: ObjectRef;
  /** `needs_metrics`: only measurements tell; `not_observable`: nothing in the API tells. */
  readonly reason: "needs_metrics" | "not_observable";
}

export interface CheckInput<K extends Readable> {
  readonly objects: Pick<Objects, K>;
  /** RFC 3339. */
  readonly asOf: string;
}

export interface Check {
  /** The published code, snake_case; the folder has the same name in kebab-case. */
  readonly id: string;
  /** What it finds, in a few words, for the reference. */
  readonly title: string;
  /** When it reports: the condition, in a sentence, for the reference. */
  readonly when: string;
  readonly severity: Severity;
  /** `symptom`: a state that has a cause elsewhere; it becomes a cause itself only when nothing explains it. */
  readonly level: "cause" | "symptom";
  readonly reads: readonly Readable[];
  /** Codes of less specific causes that this one replaces where both concern the same object (and subject, if both have one). */
  readonly supersedes?: readonly string[];
  /** Whether it replaces the causes that replace those, too, where they lie on its own objects: it stands for any of them. */
  readonly supersedesMoreSpecific?: boolean;
  run(input: CheckInput<Readable>): readonly Finding[];
  /** What it cannot decide, where there is reason to ask. */
  undecided?(input: CheckInput<Readable>): readonly Undecided[];
}

/** A check is pure, and cannot see what it does not declare to read. */
export function defineCheck<const K extends Readable>(
  check: Omit<Check, "reads" | "run" | "undecided"> & {
    readonly reads: readonly K[];
    run(input: CheckInput<K>): readonly Finding[];
    undecided?(input: CheckInput<K>): readonly Undecided[];
  },
): Check {
  return check;
}
