import process from "node:process";
import { record } from "@k8s-ops/k8s-cluster";
import { createClusters } from "@k8s-ops/ops-server";
import { clusterOptions } from "../cluster-options.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage.ts";

/** Records a cluster into a directory that `--snapshot` opens. */
export async function snapshot(options: Options): Promise<void> {
  const { out, namespace } = options;
  if (out === undefined) throw new UsageError("snapshot needs --out DIR, a new directory.");
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort());
  const clusters = createClusters(clusterOptions(options));
  try {
    const { reader } = await clusters.open(undefined, {});
    const { objects, logs, gaps } = await record(reader, {
      out,
      signal: abort.signal,
      ...(namespace !== undefined && { namespace }),
      progress: (done, total, what) => process.stderr.write(`\r\u001b[K${done}/${total} ${what}`),
    });
    const lacking = gaps.map(({ resource, reason }) => `${resource} (${reason})`);
    process.stderr.write("\r\u001b[K");
    process.stdout.write(
      `Recorded ${objects} objects and ${logs} logs of ${reader.cluster.name} in ${out}, secrets redacted.\n` +
        (lacking.length > 0 ? `Not recorded: ${[...new Set(lacking)].join(", ")}.\n` : "") +
        `Ask about it with: k8s-ops-mcp --snapshot ${out}\n`,
    );
  } finally {
    await clusters.close();
  }
}
