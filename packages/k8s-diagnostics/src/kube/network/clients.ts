import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { logEvidence } from "../evidence.ts";
import { type FailingLog, failingLogs } from "../logs/failing-logs.ts";
import { type ConnectionProblem, connectionProblem, hostsIn } from "../logs/log-hosts.ts";
import { failureLog } from "../logs/logs.ts";
import { controllerOf } from "../owners.ts";
import { type Place, placesOf, stillMatters } from "../places.ts";
import { isFinished, isHealthyPod, isTerminating } from "../pods.ts";
import { refKey, refOf, sameRef } from "../refs.ts";
import { isStarting } from "../starting.ts";
import { serviceOfHost } from "./service-hosts.ts";

type Pod = ObjectOf<"pods">;

/** What is read to learn which addresses programs use, and what their logs say of them. */
export const CLIENT_READS = [
  "pods",
  "replicaSets",
  "jobs",
  "logs",
  "configMaps",
  "services",
  "namespaces",
] as const;

/** Pods of one template: what holds for the configuration of one of them holds for all. */
export interface ClientGroup {
  /** One that is in trouble, if any is. */
  readonly pod: Pod;
  readonly troubled: readonly ObjectRef[];
  /** All of them. */
  readonly pods: readonly ObjectRef[];
}

/** A view belongs to one snapshot and so to one time; several checks ask for the same. */
const groupsByView = new WeakMap<Objects["pods"], readonly ClientGroup[]>();

/** The Pods that run or should, by what controls them directly. */
export function clientGroups(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs">,
  asOf: string,
): readonly ClientGroup[] {
  const groups = groupsByView.get(objects.pods) ?? grouped(objects, asOf);
  groupsByView.set(objects.pods, groups);
  return groups;
}

function grouped(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs">,
  asOf: string,
): readonly ClientGroup[] {
  const present = objects.pods.all.filter((pod) => !isTerminating(pod) && stillMatters(pod, objects));
  const groups = Map.groupBy(present, (pod) => refKey(controllerOf(pod) ?? refOf(pod)));
  return [...groups.values()].flatMap((pods) => {
    const troubled = pods.filter((pod) => !isHealthyPod(pod) && !isStarting(pod, asOf));
    const running = pods.filter((each) => !isFinished(each));
    const pod = troubled[0] ?? running.find((each) => isLogKnown(each, objects)) ?? running[0];
    return pod ? [{ pod, troubled: troubled.map(refOf), pods: pods.map(refOf) }] : [];
  });
}

function isLogKnown(pod: Pod, objects: Pick<Objects, "logs" | "replicaSets" | "jobs">): boolean {
  return placesOf(pod, objects).some((place) => currentLog(place, objects) !== undefined);
}

/** A line of a client's log that tells of a failed connection. */
export interface LoggedProblem {
  readonly problem: ConnectionProblem;
  readonly line: string;
  readonly evidence: Evidence;
  /** The Services that the line names, whether they exist or not, with the port if it gives one. */
  readonly targets: readonly { readonly service: ObjectRef; readonly port: number | undefined }[];
  /** Whether it names any address. */
  readonly namesHost: boolean;
}

const TAIL = 20;

/**
 * The newest lines about failed connections of any container: where it fails, those that may be why, else those at
 * the end of its log.
 */
export function connectionProblems(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs" | "services" | "namespaces">,
  asOf: string,
): (place: Place) => readonly LoggedProblem[] {
  const failing = new Map(failingLogs(objects, asOf).map((log) => [placeKey(log.place), log]));
  return (place) => {
    const log = failing.get(placeKey(place)) ?? endOfLog(place, objects);
    if (!log) return [];
    const { namespace } = place.podRef;
    return log.lines.flatMap((line) => {
      const problem = connectionProblem(line);
      if (!problem) return [];
      const hosts = hostsIn(line);
      const targets = hosts.flatMap(({ host, port }) => {
        const service = serviceOfHost(host, namespace, objects);
        return service ? [{ service, port }] : [];
      });
      return [{ problem, line, evidence: log.said(line), targets, namesHost: hosts.length > 0 }];
    });
  };
}

function endOfLog(
  place: Place,
  objects: Pick<Objects, "logs">,
): Pick<FailingLog, "lines" | "said"> | undefined {
  const log = currentLog(place, objects);
  return (
    log && {
      lines: log.lines.slice(-TAIL).toReversed(),
      said: (line) => logEvidence(place.podRef, log, line),
    }
  );
}

/** What clients say of a Service that exists for them and does not answer. */
export interface Complaint {
  readonly said: LoggedProblem;
  /** The Pods that suffer: those in trouble, else the one that complains. */
  readonly pods: readonly ObjectRef[];
  readonly nodeName: string | undefined;
  /** The port that the line names. */
  readonly port: number | undefined;
}

/** Refused and unanswered connections in the logs of clients, by {@link refKey} of the Service that they name. */
export function complaintsByService(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs" | "services" | "namespaces">,
  asOf: string,
): ReadonlyMap<string, readonly Complaint[]> {
  const problemsOf = connectionProblems(objects, asOf);
  const all = clientGroups(objects, asOf).flatMap(({ pod, troubled }) =>
    placesOf(pod, objects).flatMap((place) =>
      problemsOf(place)
        .filter(({ problem }) => problem !== "dns")
        .flatMap((said) =>
          said.targets.map(({ service, port }) => ({
            key: refKey(service),
            complaint: {
              said,
              port,
              pods: troubled.length > 0 ? troubled : [place.podRef],
              nodeName: pod.spec?.nodeName,
            },
          })),
        ),
    ),
  );
  const groups = Map.groupBy(all, ({ key }) => key);
  return new Map([...groups].map(([key, list]) => [key, list.map(({ complaint }) => complaint)]));
}

/** Whether the log of the container that tells how it does was read. */
export function hasLog(place: Place, objects: Pick<Objects, "logs">): boolean {
  return (failureLog(place, objects) ?? currentLog(place, objects)) !== undefined;
}

/** The line that tells of this Service; else one that names no address at all, where only one Service can be meant. */
export function problemWith(
  service: ObjectRef,
  problems: readonly LoggedProblem[],
  isOnly: boolean,
): LoggedProblem | undefined {
  return (
    problems.find(({ targets }) => targets.some((named) => sameRef(named.service, service))) ??
    (isOnly ? problems.find(({ namesHost }) => !namesHost) : undefined)
  );
}

function currentLog({ podRef, name }: Place, { logs }: Pick<Objects, "logs">) {
  return logs.get({ namespace: podRef.namespace, pod: podRef.name, container: name, previous: false });
}

function placeKey({ podRef, name }: Place): string {
  return `${refKey(podRef)}/${name}`;
}
