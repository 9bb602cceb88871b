import type { LogExcerpt, Objects } from "@k8s-ops/k8s-cluster";
import { exitsOf } from "../exits/exits.ts";
import { type Place, unhealthyPlaces } from "../places.ts";
import { secondsBetween } from "../time.ts";
import { explainLog } from "./log-lines.ts";
import { failureLog } from "./logs.ts";

/** The part of a failing container's log that tells of the failure, newest line first. */
export interface FailingLog {
  readonly place: Place;
  readonly log: LogExcerpt;
  readonly lines: readonly string[];
}

const TAIL = 20;
const PATIENCE_SECONDS = 30;

/**
 * Logs of containers that keep ending, that run without being ready, or (init) that run without coming to an end. The
 * error message comes first, then the last lines: what was logged long before the failure is left out.
 */
export function failingLogs(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs">,
  asOf: string,
): readonly FailingLog[] {
  const ended = exitsOf(objects, asOf)
    .filter(({ terminated }) => terminated.exitCode !== 0)
    .map(({ place }) => place);
  const stuck = unhealthyPlaces(objects).filter((place) => isStuck(place, asOf));
  const places = new Map([...ended, ...stuck].map((place) => [keyOf(place), place]));
  return [...places.values()].flatMap((place) => {
    const log = failureLog(place, objects);
    if (!log) return [];
    const block = explainLog(log.lines)?.block ?? [];
    const tail = log.lines.slice(-TAIL).toReversed();
    return [{ place, log, lines: [...new Set([...block, ...tail])] }];
  });
}

function isStuck({ role, status }: Place, asOf: string): boolean {
  const runs = secondsBetween(status?.state?.running?.startedAt, asOf) ?? 0;
  return runs > PATIENCE_SECONDS && (role === "init" || status?.ready === false);
}

function keyOf({ podRef, name }: Place): string {
  return `${podRef.namespace}/${podRef.name}/${name}`;
}
