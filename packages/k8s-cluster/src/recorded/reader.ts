import { excerpt } from "../logs/excerpt.ts";
import type { ClusterReader } from "../read/reader.ts";
import { RESOURCES } from "../snapshot/resources.ts";
import type { LogAnswer, LogNeed, Need, ReadAnswer } from "../snapshot/snapshot.ts";
import { logKey } from "../snapshot/snapshot.ts";
import { readText } from "./files.ts";
import { openRecording, type Recording } from "./recording.ts";

/**
 * A reader on a recorded cluster. What the recording lacks is a gap `not_recorded`.
 * @throws ClusterError `malformed_recording`
 */
export async function openRecordedCluster(path: string): Promise<ClusterReader> {
  return createRecordedReader(await openRecording(path));
}

export function createRecordedReader(recording: Recording): ClusterReader {
  return {
    cluster: { name: recording.name, source: "recording" },
    now: () => recording.recordedAt,
    read: async (need) => readRecorded(recording, need),
    logs: (need) => readLog(recording, need),
    close: async () => {},
  };
}

function readRecorded(recording: Recording, need: Need): ReadAnswer {
  const { resource, namespace, name } = need;
  const items = (recording.objects.get(resource) ?? []).filter(
    ({ metadata }) =>
      (namespace === undefined || metadata.namespace === namespace) &&
      (name === undefined || metadata.name === name),
  );
  if (recording.complete.has(resource) && covers(recording, need)) return { need, items };
  return { need, items, gap: { ...need, reason: "not_recorded" } };
}

function covers({ namespace }: Recording, need: Need): boolean {
  return namespace === undefined || !RESOURCES[need.resource].namespaced || need.namespace === namespace;
}

async function readLog(recording: Recording, need: LogNeed): Promise<LogAnswer> {
  const file = recording.logs.get(logKey(need)) ?? (need.previous ? undefined : dumpedLog(recording, need));
  if (!file)
    return hasLog(recording, need) ? { need } : { need, gap: { ...gapOf(need), reason: "not_recorded" } };
  return { need, excerpt: excerpt(need, await readText(file)) };
}

/** A container without a previous log never restarted; one without any log was not recorded. */
function hasLog({ logs }: Recording, need: LogNeed): boolean {
  return logs.has(logKey({ ...need, previous: !need.previous }));
}

function gapOf({ namespace, pod }: LogNeed) {
  return { resource: "logs", namespace, name: pod } as const;
}

function dumpedLog({ logs }: Recording, { namespace, pod }: LogNeed) {
  return logs.get(`${namespace}/${pod}//current`);
}
