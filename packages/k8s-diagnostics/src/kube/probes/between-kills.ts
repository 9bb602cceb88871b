import type { Objects } from "@k8s-ops/k8s-cluster";
import { recentEnds } from "../exits/exits.ts";
import type { Place } from "../places.ts";

/** What is killed again and again is Ready in between, where its readiness probe gets its answer. */
export function placesBetweenKills(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs">,
  asOf: string,
): readonly Place[] {
  return recentEnds(objects, asOf)
    .map(({ place }) => place)
    .filter(
      ({ role, status }) => role !== "init" && status?.ready === true && (status.restartCount ?? 0) >= 2,
    );
}
