import type { ClusterReader } from "@k8s-ops/k8s-cluster";
import type { CallContext } from "@k8s-ops/mcp-contract";

/** The same reader, which tells the caller of each read that was answered. How many there will be is not known before. */
export function reporting(reader: ClusterReader, { progress }: Pick<CallContext, "progress">): ClusterReader {
  if (!progress) return reader;
  let done = 0;
  return {
    ...reader,
    async read(need, options) {
      const answer = await reader.read(need, options);
      progress(
        ++done,
        undefined,
        `read ${need.resource}${need.namespace === undefined ? "" : ` of ${need.namespace}`}`,
      );
      return answer;
    },
    async logs(need, options) {
      const answer = await reader.logs(need, options);
      progress(++done, undefined, `read the log of ${need.namespace}/${need.pod}`);
      return answer;
    },
  };
}
