import type { KubeObject, ObjectOf, Objects } from "@k8s-ops/k8s-cluster";

export type Event = ObjectOf<"events">;

/**
 * The events about this very object, newest first: by UID where both have one, so that events of a deleted namesake
 * are not taken for its own.
 */
export function eventsOf(object: KubeObject, objects: Pick<Objects, "events">): readonly Event[] {
  const { namespace, name } = object.metadata;
  const named = indexOf(objects.events).get(
    nameKey(namespace === "" ? "default" : namespace, object.kind, name),
  );
  return (named ?? []).filter((event) => isAbout(event, object));
}

type EventIndex = ReadonlyMap<string, readonly Event[]>;

/** A view never changes, so that its events are sorted once however many objects are looked up. */
const indexes = new WeakMap<Objects["events"], EventIndex>();

function indexOf(events: Objects["events"]): EventIndex {
  const known = indexes.get(events);
  if (known) return known;
  const newestFirst = events.all.toSorted((a, b) => (lastSeen(a) < lastSeen(b) ? 1 : -1));
  const index = Map.groupBy(newestFirst, ({ metadata, involvedObject: { kind = "", name = "" } }) =>
    nameKey(metadata.namespace, kind, name),
  );
  indexes.set(events, index);
  return index;
}

function nameKey(namespace: string, kind: string, name: string): string {
  return `${namespace}/${kind}/${name}`;
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
