import type { Objects } from "@k8s-ops/k8s-cluster";
import { recentEnds } from "../exits/exits.ts";
import type { Place } from "../places.ts";

/**
 * What is killed again and again runs in between, and is Ready where its readiness probe gets its answer.
 * @param down places that are looked at anyway
 */
export function placesBetweenKills(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs">,
  asOf: string,
  down: readonly Place[],
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
