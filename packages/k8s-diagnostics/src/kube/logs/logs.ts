import type { LogExcerpt, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { lastTermination } from "../containers.ts";
import { fieldEvidence, logEvidence } from "../evidence.ts";
import type { Place } from "../places.ts";

/** What a container's program wrote before it failed. */
export interface FailureText {
  readonly lines: readonly string[];
  /** Where one of the lines was read. */
  said(line: string): Evidence;
}

/**
 * The log of the run that failed, and below it what the program left as its termination message (which may be the
 * only thing there is to read).
 */
export function failureText(place: Place, objects: Pick<Objects, "logs">): FailureText | undefined {
  const log = failureLog(place, objects);
  const { path, lines: message } = terminationMessage(place);
  const logged = new Set(log?.lines);
  const added = message.filter((line) => !logged.has(line));
  if (!log && added.length === 0) return undefined;
  return {
    lines: [...(log?.lines ?? []), ...added],
    said: (line) =>
      log && logged.has(line)
        ? logEvidence(place.podRef, log, line)
        : fieldEvidence(place.podRef, path, line.trim()),
  };
}

/** Reasons of which the message is the runtime's, not the program's. */
const NEVER_RAN = new Set(["StartError", "ContainerCannotRun", "ContainerStatusUnknown", "Evicted"]);

/**
 * What a program wrote to its terminationMessagePath, or the end of its log with the policy FallbackToLogsOnError.
 * Source: https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
 */
function terminationMessage(place: Place): { readonly path: string; readonly lines: readonly string[] } {
  const ended = lastTermination(place);
  const state = place.status?.state?.terminated ? "state" : "lastState";
  const path = `${place.statusPath}.${state}.terminated.message`;
  if (!ended?.message || NEVER_RAN.has(ended.reason ?? "")) return { path, lines: [] };
  return { path, lines: ended.message.trimEnd().split("\n") };
}

/**
 * The log of the run that failed. While a container waits to be restarted the kubelet gives the ended run's log as
 * the current one, too; a container that runs again has it only as the previous one.
 */
export function failureLog(place: Place, objects: Pick<Objects, "logs">): LogExcerpt | undefined {
  const get = (previous: boolean) => {
    const { namespace, name: pod } = place.podRef;
    const log = objects.logs.get({ namespace, pod, container: place.name, previous });
    return log?.lines.some((line) => line.trim() !== "") ? log : undefined;
  };
  const { state } = place.status ?? {};
  if (state?.terminated) return get(false) ?? get(true);
  if (state?.running && !lastTermination(place)) return get(false);
  return get(true) ?? (state?.running ? undefined : get(false));
}
