import type { Objects } from "@k8s-ops/k8s-cluster";
import { recentEnds } from "../exits/exits.ts";
import type { Place } from "../places.ts";
import type { ProbeKind } from "./probes.ts";

const KINDS: readonly ProbeKind[] = ["startup", "readiness", "liveness"];
const LIVENESS: readonly ProbeKind[] = ["liveness"];

/** A container, and the probes of it that may be why it does not do well. */
export interface SuspectProbes {
  readonly place: Place;
  readonly kinds: readonly ProbeKind[];
}

/** All probes of what is down, and the liveness probe of what is killed again and again. */
export function suspectProbes(
  down: readonly Place[],
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs">,
  asOf: string,
): readonly SuspectProbes[] {
  const between = placesBetweenKills(down, objects, asOf);
  return [
    ...down.map((place) => ({ place, kinds: KINDS })),
    ...between.map((place) => ({ place, kinds: LIVENESS })),
  ];
}

/** What is killed again and again runs in between, and is Ready where its readiness probe gets its answer. */
function placesBetweenKills(
  down: readonly Place[],
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs">,
  asOf: string,
): readonly Place[] {
  const known = new Set(down.map(keyOf));
  return recentEnds(objects, asOf)
    .map(({ place }) => place)
    .filter(
      (place) => place.role !== "init" && (place.status?.restartCount ?? 0) >= 2 && !known.has(keyOf(place)),
    );
}

function keyOf({ podRef, statusPath }: Place): string {
  return `${podRef.namespace}/${podRef.name}/${statusPath}`;
}
