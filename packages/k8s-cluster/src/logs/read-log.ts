import type { Connection } from "../connect/connect.ts";
import { gapReason } from "../read/gap.ts";
import { assertNamespace, assertObjectName } from "../snapshot/names.ts";
import type { GapReason, LogAnswer, LogNeed } from "../snapshot/snapshot.ts";
import { excerpt } from "./excerpt.ts";

export interface ReadLogOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const MAX_BYTES = 256 * 1024;
const LINES = 100;
const BAD_REQUEST = 400;
/** A node that is down answers with an error for as long as it is down. */
const MAX_TRIES = 2;
/** How much less is asked for when the newest lines did not fit. */
const FEWER = 10;

/**
 * Reads the newest lines of a container's log, at most 256 KiB of it. A container that has not run (or not run
 * before) has no log: an answer without excerpt and without gap.
 *
 * A server that cuts at `limitBytes` keeps the oldest of the lines asked for, so fewer lines are asked for until the
 * newest one is among them.
 * @throws ClusterError as ClusterReader.logs
 */
export async function readLog(
  connection: Connection,
  need: LogNeed,
  options: ReadLogOptions,
): Promise<LogAnswer> {
  try {
    for (let lines = LINES; ; lines = Math.ceil(lines / FEWER)) {
      const { status, bytes, cut } = await requestLog(connection, need, lines, options);
      if (status === BAD_REQUEST) return { need };
      // The run before is often cleared away already; the current log then holds what there is to know.
      if (isLost(bytes)) return need.previous ? { need } : withGap(need, "unavailable");
      if (!cut || lines === 1) return { need, excerpt: withCut(excerpt(need, bytes), cut || lines < LINES) };
    }
  } catch (error) {
    return withGap(need, gapReason(error, options.signal));
  }
}

function withGap(need: LogNeed, reason: GapReason): LogAnswer {
  return { need, gap: { resource: "logs", namespace: need.namespace, name: need.pod, reason } };
}

/** The node's own words in place of a log whose container it has removed. Source: k8s.io/kubernetes pkg/kubelet/kuberuntime */
function isLost(bytes: Buffer): boolean {
  return bytes.length < 300 && /^unable to retrieve container logs for \S+\s*$/.test(bytes.toString());
}

async function requestLog(
  connection: Connection,
  { namespace, pod, container, previous }: LogNeed,
  tailLines: number,
  { timeoutMs, signal }: ReadLogOptions,
) {
  assertNamespace(namespace);
  assertObjectName(pod, "pod");
  assertObjectName(container, "container");
  return connection.send({
    path: ["api", "v1", "namespaces", namespace, "pods", pod, "log"],
    query: { container, previous, tailLines, limitBytes: MAX_BYTES + 1, timestamps: false },
    accept: "*/*",
    accepted: [BAD_REQUEST],
    maxBytes: MAX_BYTES,
    overflow: "cut",
    maxTries: MAX_TRIES,
    timeoutMs,
    ...(signal && { signal }),
  });
}

function withCut<T extends { readonly truncated: boolean }>(excerpt: T, cut: boolean): T {
  return cut ? { ...excerpt, truncated: true } : excerpt;
}
