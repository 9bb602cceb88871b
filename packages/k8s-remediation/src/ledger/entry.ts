import { isDnsLabel, isDnsSubdomain, type ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Undo } from "../action.ts";

export type ActionOutcome = "started" | "success" | "not_applied" | "unknown";

/** What is kept of an action, for every replica to see. */
export interface Entry {
  readonly id: string;
  readonly tool: string;
  readonly caller: string;
  readonly object: ObjectRef & { readonly uid: string };
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** When its outcome is known at the latest, in milliseconds since the epoch; ten minutes after `at` at most. */
  readonly until: number;
  readonly outcome: ActionOutcome;
  /** Digests of what people want of the object: before, and as the dry run says it becomes. */
  readonly before: string;
  readonly expected?: string;
  readonly undo: Undo;
  /** The action that this one took back. */
  readonly undoes?: string;
  /** How long the rules that it was made under look back. Absent: no longer than a plan needs it. */
  readonly keepSeconds?: number;
}

/** Whether something that was read has all that rules and messages use of an entry. */
export function isEntry(value: unknown): value is Entry {
  const entry = (value ?? {}) as Partial<Entry>;
  return (
    isWord(entry.id) &&
    isWord(entry.tool) &&
    typeof entry.caller === "string" &&
    isTime(entry.at) &&
    isTime(entry.until) &&
    OUTCOMES.has(entry.outcome) &&
    (entry.undoes === undefined || isWord(entry.undoes)) &&
    (entry.keepSeconds === undefined || isSeconds(entry.keepSeconds)) &&
    isRef(entry.object) &&
    isShallow(entry)
  );
}

/** No object of the API comes near this; what is nested deeper could not be written back. */
const MOST_NESTED = 64;

function isShallow(value: unknown, depth = MOST_NESTED): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((item) => isShallow(item, depth - 1));
}

const OUTCOMES: ReadonlySet<unknown> = new Set<ActionOutcome>([
  "started",
  "success",
  "not_applied",
  "unknown",
]);

/** Messages repeat ids and tools, which must not become a way to put other words into them. */
function isWord(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{1,64}$/.test(value);
}

/** Of the year 9999 at the latest: messages write times as dates. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value < 253_402_300_800_000;
}

/** A day at most, as policies may look back. */
function isSeconds(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= 86_400;
}

function isRef(value: unknown): value is Entry["object"] {
  const { kind, namespace, name } = (value ?? {}) as Partial<Entry["object"]>;
  return (
    isWord(kind) &&
    typeof name === "string" &&
    isDnsSubdomain(name) &&
    (namespace === "" || (typeof namespace === "string" && isDnsLabel(namespace)))
  );
}
