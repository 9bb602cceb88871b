import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import type { ClusterReader } from "../read/reader.ts";
import { assertNamespace, assertObjectName } from "../snapshot/names.ts";
import { redactText } from "../snapshot/redact.ts";
import { type Gap, type LogNeed, logKey } from "../snapshot/snapshot.ts";
import type { KubeObject, Wire } from "../snapshot/wire.ts";
import { mapConcurrently } from "./concurrently.ts";
import type { RecordingDirectory } from "./recording-directory.ts";

const CONCURRENT_READS = 4;
const MAX_LOGS = 500;

/** Writes the logs of containers that are not well or were restarted, and that of one well Pod of each controller. */
export async function recordLogs(
  reader: ClusterReader,
  directory: RecordingDirectory,
  pods: readonly KubeObject[],
  signal: AbortSignal | undefined,
): Promise<{ readonly files: number; readonly gaps: readonly Gap[] }> {
  const troubled = pods.flatMap((pod) => logsOf(pod as KubeObject<V1Pod>));
  const well = firstOfEach(pods).flatMap((pod) => currentLogs(pod as KubeObject<V1Pod>));
  const needs = [...new Map([...troubled, ...well].map((need) => [logKey(need), need])).values()];
  let files = 0;
  const gaps: Gap[] = needs.length > MAX_LOGS ? [{ resource: "logs", reason: "truncated" }] : [];
  await mapConcurrently(needs.slice(0, MAX_LOGS), CONCURRENT_READS, async (need) => {
    const { excerpt, gap } = await reader.logs(need, signal ? { signal } : {});
    if (gap) gaps.push(gap);
    if (!excerpt) return;
    files++;
    await directory.writeText(logPath(need), redactText(excerpt.lines.map((line) => `${line}\n`).join("")));
  });
  return { files, gaps };
}

/** The logs that tell something about a Pod: of containers that are not ready or have ended before. */
export function logsOf({ metadata, status }: KubeObject<V1Pod>): readonly LogNeed[] {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return statuses.flatMap((container) => {
    const need = { namespace: metadata.namespace, pod: metadata.name, container: container.name };
    const ended = container.restartCount > 0 || container.lastState?.terminated !== undefined;
    if (!ended && isWell(container)) return [];
    return [
      ...(container.state?.waiting && !ended ? [] : [{ ...need, previous: false }]),
      ...(ended ? [{ ...need, previous: true }] : []),
    ];
  });
}

/** Pods of one controller run the same program. */
function firstOfEach(pods: readonly KubeObject[]): readonly KubeObject[] {
  const first = new Map<string, KubeObject>();
  for (const pod of pods) {
    const { namespace, name, ownerReferences } = pod.metadata;
    const owner = ownerReferences?.find(({ controller }) => controller)?.uid ?? name;
    if (!first.has(`${namespace}/${owner}`)) first.set(`${namespace}/${owner}`, pod);
  }
  return [...first.values()];
}

function currentLogs({ metadata, status }: KubeObject<V1Pod>): readonly LogNeed[] {
  return (status?.containerStatuses ?? [])
    .filter(({ state }) => state?.running !== undefined)
    .map(({ name: container }) => ({
      namespace: metadata.namespace,
      pod: metadata.name,
      container,
      previous: false,
    }));
}

function isWell({ ready, state }: Wire<V1ContainerStatus>): boolean {
  return ready || state?.terminated?.exitCode === 0;
}

/** @throws ClusterError `invalid_name`: a name from a cluster becomes a path only when it is one */
function logPath({ namespace, pod, container, previous }: LogNeed): readonly string[] {
  assertNamespace(namespace);
  assertObjectName(pod, "pod");
  assertObjectName(container, "container");
  return ["logs", namespace, pod, `${container}${previous ? ".previous" : ""}.log`];
}
