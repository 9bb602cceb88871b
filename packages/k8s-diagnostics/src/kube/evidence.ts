import type { LogExcerpt, ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../check.ts";
import { type Event, lastSeen } from "./events.ts";

const MAX_VALUE = 400;
/** Stands for the value of a field that is not there. */
export const ABSENT = "absent";

/** A field and its value; an absent one is said to be `absent`. Objects and lists are shown as JSON. */
export function fieldEvidence(object: ObjectRef, field: string, value: unknown): Evidence {
  return { object, field, value: shorten(textOf(value)) };
}

export function eventEvidence(object: ObjectRef, event: Event): Evidence {
  return {
    object,
    event: {
      reason: event.reason ?? "",
      message: shorten(event.message ?? ""),
      count: event.series?.count ?? event.count ?? 1,
      last_seen: lastSeen(event),
    },
  };
}

export function logEvidence(object: ObjectRef, { container, previous }: LogExcerpt, line: string): Evidence {
  return { object, log: { container, previous, line: shorten(line) } };
}

export function shorten(text: string, limit = MAX_VALUE): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ABSENT;
  return typeof value === "string" ? value : JSON.stringify(value);
}
