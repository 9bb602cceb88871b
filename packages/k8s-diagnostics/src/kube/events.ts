import type { KubeObject, ObjectOf, Objects } from "@k8s-ops/k8s-cluster";

export type Event = ObjectOf<"events">;

/**
 * The events about this very object, newest first: by UID where both have one, so that events of a deleted namesake
 * are not taken for its own.
 */
export function eventsOf(object: KubeObject, objects: Pick<Objects, "events">): readonly Event[] {
  return objects.events
    .in(object.metadata.namespace === "" ? "default" : object.metadata.namespace)
    .filter((event) => isAbout(event, object))
    .sort((a, b) => (lastSeen(a) < lastSeen(b) ? 1 : -1));
}

/** RFC 3339, or `""` when the event has no time. */
export function lastSeen(event: Event): string {
  return event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? "";
}

/** The newest event of one of these reasons. */
export function latestEvent(
  object: KubeObject,
  objects: Pick<Objects, "events">,
  ...reasons: readonly string[]
): Event | undefined {
  return eventsOf(object, objects).find(({ reason }) => reason !== undefined && reasons.includes(reason));
}

function isAbout({ involvedObject }: Event, { kind, metadata }: KubeObject): boolean {
  if (involvedObject.kind !== kind || involvedObject.name !== metadata.name) return false;
  return (
    involvedObject.uid === undefined ||
    metadata.uid === undefined ||
    involvedObject.uid === metadata.uid ||
    involvedObject.uid === metadata.name
  );
}
