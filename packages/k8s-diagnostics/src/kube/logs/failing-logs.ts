import type { LogExcerpt, Objects } from "@k8s-ops/k8s-cluster";
import type { Confidence, Evidence } from "../../check.ts";
import { isContainerHealthy } from "../containers.ts";
import { logEvidence } from "../evidence.ts";
import { exitsOf } from "../exits/exits.ts";
import { type Place, placesOf, unhealthyPlaces } from "../places.ts";
import { isFinished, isHealthyPod } from "../pods.ts";
import { secondsBetween } from "../time.ts";
import { complaintsIn } from "./complaints.ts";
import { graveLines, RANK, rankOf } from "./line-rank.ts";
import { explainLog } from "./log-lines.ts";
import { type FailureText, failureText } from "./logs.ts";
import { readLine } from "./readable.ts";
import { isFrame } from "./trace-lines.ts";
import { type Trouble, troubleIn } from "./troubles.ts";
import { listedBelowHeading, requiredFields, variablesIn } from "./variable-phrases.ts";

/** The part of a failing container's log that tells of the failure, newest line first. */
export interface FailingLog {
  readonly place: Place;
  /** Whether the program has ended; otherwise it runs without being ready, or without coming to an end, or complains. */
  readonly ended: boolean;
  /** Whether the container is ready all the same: it complains of the same trouble again and again. */
  readonly isReady: boolean;
  readonly lines: readonly string[];
  /** The error message and all of the last lines, whatever they tell of. */
  readonly recent: readonly string[];
  /** What explains the failure best: the gravest line that tells of a known kind of trouble. */
  readonly trouble: LoggedTrouble | undefined;
  /** Where a line was read. */
  said(line: string): Evidence;
}

/** A line of a log, and what it tells of. */
export interface LoggedTrouble {
  readonly kind: Trouble;
  readonly line: string;
  /** The line without colours, of a JSON record its message. */
  readonly text: string;
  /** What the line is worth as the reason of the failure: less when it only stands near the error message. */
  readonly confidence: Confidence;
  /** The lines of the message that the line belongs to. */
  readonly block: readonly string[];
}

/** A log whose lines tell of a known kind of trouble. */
export type TroubledLog = FailingLog & { readonly trouble: LoggedTrouble };

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs">;

const TAIL = 20;
const MAX_MESSAGE = 8_000;
const PATIENCE_SECONDS = 30;

/** A snapshot never changes, and a dozen checks ask for its logs. */
const known = new WeakMap<Objects["logs"], { readonly asOf: string; readonly logs: readonly FailingLog[] }>();

/**
 * Logs of containers that keep ending, that run without being ready, or (init) that run without coming to an end, and
 * of those that are ready and complain all the time. The
 * error message comes first, then the last lines: what was logged long before the failure is left out. Of a program
 * that has ended with a clear message, only what it logged after it counts besides.
 */
export function failingLogs(objects: Read, asOf: string): readonly FailingLog[] {
  const found = known.get(objects.logs);
  if (found?.asOf === asOf) return found.logs;
  const logs = readFailingLogs(objects, asOf);
  known.set(objects.logs, { asOf, logs });
  return logs;
}

/** The failing logs of which this kind of trouble explains the failure best. */
export function logsAbout(kind: Trouble, objects: Read, asOf: string): readonly TroubledLog[] {
  return failingLogs(objects, asOf).filter((log): log is TroubledLog => log.trouble?.kind === kind);
}

/** The line and the message that it belongs to, to be searched. */
export function messageOf({ text, block }: LoggedTrouble): string {
  return [text, ...block].join("\n").slice(0, MAX_MESSAGE);
}

function readFailingLogs(objects: Read, asOf: string): readonly FailingLog[] {
  const ended = exitsOf(objects, asOf)
    // Whoever was killed for its memory had no time to say so: its last words are about something else.
    .filter(({ terminated }) => terminated.exitCode !== 0 && terminated.reason !== "OOMKilled")
    .map(({ place }) => place);
  const stuck = unhealthyPlaces(objects).filter((place) => isStuck(place, asOf));
  const places = new Map([...ended, ...stuck].map((place) => [keyOf(place), place]));
  const hasEnded = new Set(ended.map(keyOf));
  const failing = [...places.values()].flatMap((place) => {
    const text = failureText(place, objects);
    return text ? [failingLog(place, text, hasEnded.has(keyOf(place)))] : [];
  });
  return [...failing, ...complainingLogs(new Set(places.keys()), objects, asOf)];
}

function complainingLogs(failing: ReadonlySet<string>, objects: Read, asOf: string): readonly FailingLog[] {
  return objects.pods.all
    .filter((pod) => isHealthyPod(pod) && !isFinished(pod))
    .flatMap((pod) => placesOf(pod, objects))
    .filter((place) => isContainerHealthy(place) && !failing.has(keyOf(place)))
    .flatMap((place) => {
      const log = currentLog(place, objects);
      const lines = log ? complaintsIn(log.lines, definedIn(place), asOf) : [];
      if (!log || lines.length === 0) return [];
      const said = (line: string): Evidence => logEvidence(place.podRef, log, line);
      return [{ ...failingLog(place, { lines: lines.toReversed(), said }, false), isReady: true }];
    });
}

function currentLog(
  { podRef: { namespace, name: pod }, name: container }: Place,
  { logs }: Pick<Objects, "logs">,
): LogExcerpt | undefined {
  return logs.get({ namespace, pod, container, previous: false });
}

function definedIn({ spec }: Place): ReadonlySet<string> {
  return new Set((spec.env ?? []).map(({ name }) => name));
}

function failingLog(place: Place, { lines: all, said }: FailureText, ended: boolean): FailingLog {
  const { line, block = [], conclusive = false } = explainLog(all) ?? {};
  const message = line === undefined ? [] : [line, ...block];
  const tail = all.slice(-TAIL);
  const recent = [...new Set([...message, ...tail.toReversed()])];
  // What is logged after the line that ended the program often says why: the exception below "Fatal error".
  const grave = graveLines(conclusive ? linesAfter(all, block).slice(-TAIL) : tail).toReversed();
  const lines = ended ? [...new Set([...message, ...grave])] : recent;
  const defined = definedIn(place);
  const listed = [...listedBelowHeading(all), ...requiredFields(block)].filter((item) =>
    variablesIn(item).some((name) => !defined.has(name)),
  );
  const trouble = [...listed, ...lines].flatMap((candidate): readonly LoggedTrouble[] => {
    if (isFrame(candidate)) return [];
    const { text } = readLine(candidate);
    const isListed = listed.includes(candidate);
    const kind = isListed ? "variable" : troubleIn(text, defined);
    const inBlock = isListed || block.includes(candidate);
    if (kind === undefined || !(ended || inBlock || kind === "connection" || rankOf(candidate) > RANK.none))
      return [];
    const confidence = ended && !inBlock ? "possible" : "likely";
    return [{ kind, line: candidate, text, confidence, block: inBlock ? block : [candidate] }];
  })[0];
  return { place, ended, isReady: false, lines, recent, trouble, said };
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
