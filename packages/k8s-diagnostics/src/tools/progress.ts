import type { ClusterReader } from "@k8s-ops/k8s-cluster";
import type { CallContext } from "@k8s-ops/mcp-contract";
import type { DiagnoseDeps } from "./clusters.ts";

/** A large question makes hundreds of reads within a second; a person sees four changes of it. */
const INTERVAL_MS = 250;

/**
 * Does the work on the cluster that a call is about, and tells the caller of its reads: of the first, of the last, and
 * in between not more often than every 250 ms. How many there will be is not known before. Throws what the work throws.
 * @param clock milliseconds, of any beginning
 */
export async function onCluster<T>(
  deps: DiagnoseDeps,
  context: string | undefined,
  call: CallContext,
  work: (reader: ClusterReader) => Promise<T>,
  clock: () => number = () => performance.now(),
): Promise<T> {
  const reader = await deps.cluster(context, call);
  const { progress } = call;
  if (!progress) return work(reader);
  let done = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let untold: string | undefined;
  const count = (message: string): void => {
    done++;
    untold = message;
    if (clock() - toldAt >= INTERVAL_MS) tell();
  };
  const tell = (): void => {
    if (untold === undefined) return;
    progress(done, undefined, untold);
    untold = undefined;
    toldAt = clock();
  };
  const result = await work({
    ...reader,
    async read(need, options) {
      const answer = await reader.read(need, options);
      count(`read ${need.resource}${need.namespace === undefined ? "" : ` of ${need.namespace}`}`);
      return answer;
    },
    async logs(need, options) {
      const answer = await reader.logs(need, options);
      count(`read the log of ${need.namespace}/${need.pod}`);
      return answer;
    },
  });
  tell();
  return result;
}
