import type { LogExcerpt, Objects } from "@k8s-ops/k8s-cluster";
import type { Confidence } from "../../check.ts";
import { exitsOf } from "../exits/exits.ts";
import { type Place, unhealthyPlaces } from "../places.ts";
import { secondsBetween } from "../time.ts";
import { explainLog, graveLines } from "./log-lines.ts";
import { failureLog } from "./logs.ts";

/** The part of a failing container's log that tells of the failure, newest line first. */
export interface FailingLog {
  readonly place: Place;
  readonly log: LogExcerpt;
  readonly lines: readonly string[];
  /** The error message and all of the last lines, whatever they tell of. */
  readonly recent: readonly string[];
  /** What a line is worth as the reason of the failure: less when it only stands near the error message. */
  confidenceIn(line: string): Confidence;
}

const TAIL = 20;
const PATIENCE_SECONDS = 30;

/**
 * Logs of containers that keep ending, that run without being ready, or (init) that run without coming to an end. The
 * error message comes first, then the last lines: what was logged long before the failure is left out. Of a program
 * that has ended with a clear message, only what it logged after it counts besides.
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
  const hasEnded = new Set(ended.map(keyOf));
  return [...places.values()].flatMap((place): readonly FailingLog[] => {
    const log = failureLog(place, objects);
    if (!log) return [];
    const { block = [], conclusive = false } = explainLog(log.lines) ?? {};
    const tail = log.lines.slice(-TAIL);
    const recent = [...new Set([...block, ...tail.toReversed()])];
    if (!hasEnded.has(keyOf(place)))
      return [{ place, log, lines: recent, recent, confidenceIn: () => "likely" }];
    // What is logged after the line that ended the program often says why: the exception below "Fatal error".
    const others = graveLines(conclusive ? linesAfter(log.lines, block).slice(-TAIL) : tail).toReversed();
    const lines = [...new Set([...block, ...others])];
    const confidenceIn = (line: string) => (block.includes(line) ? "likely" : "possible");
    return [{ place, log, lines, recent, confidenceIn }];
  });
}

function linesAfter(lines: readonly string[], block: readonly string[]): readonly string[] {
  return lines.slice(1 + Math.max(...block.map((line) => lines.lastIndexOf(line))));
}

function isStuck({ role, status }: Place, asOf: string): boolean {
  const runs = secondsBetween(status?.state?.running?.startedAt, asOf) ?? 0;
  return runs > PATIENCE_SECONDS && (role === "init" || status?.ready === false);
}

function keyOf({ podRef, name }: Place): string {
  return `${podRef.namespace}/${podRef.name}/${name}`;
}
