import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureCalls } from "./calls.ts";
import { peerBinary } from "./peer.ts";
import { render } from "./report.ts";
import { bareNode, measureStart, noStarts } from "./start.ts";

/**
 * `pnpm bench`: start, memory and calls of the built stdio server beside a peer's, written to RESULTS.md. The cluster of
 * the starts is the one of --kubeconfig, else one on loopback that answers 404 to everything.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "21" },
    calls: { type: "string", default: "200" },
    kubeconfig: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const entry = fileURLToPath(new URL("../apps/stdio-server/dist/main.js", import.meta.url));
if (!existsSync(entry)) throw new Error("Build first: pnpm run build");

const directory = mkdtempSync(join(tmpdir(), "k8s-ops-bench-"));
const api = createServer((_, response) => {
  response.writeHead(404, { "content-type": "application/json" }).end("{}");
});
await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
try {
  await measure(values.kubeconfig ?? loopbackKubeconfig());
} finally {
  api.close();
  api.closeAllConnections();
  rmSync(directory, { recursive: true, force: true });
}

async function measure(config: string): Promise<void> {
  const ours = noStarts();
  const theirs = noStarts();
  const node: number[] = [];
  const binary = peerBinary();
  const startOurs = (into = ours) => measureStart(process.execPath, [entry, "--kubeconfig", config], into);
  const startPeer = async (into = theirs) => {
    if (binary !== undefined) await measureStart(binary, ["--kubeconfig", config], into);
  };
  await startOurs(noStarts());
  await startPeer(noStarts());
  for (let round = 0; round < rounds; round++) {
    process.stderr.write(`\rstart ${round + 1}/${rounds}`);
    await startOurs();
    await startPeer();
    node.push(bareNode());
  }
  process.stderr.write("\ncalls ...\n");
  const sample = [entry, "--snapshot", "sample"];
  const count = Number(values.calls);
  const calls = [
    await measureCalls(process.execPath, sample, "diagnose_cluster", {}, count),
    await measureCalls(process.execPath, sample, "diagnose_namespace", { namespace: "shop" }, count),
  ];
  const live = values.kubeconfig !== undefined;
  const report = render({ rounds, live, ours, ...(binary !== undefined && { peer: theirs }), node, calls });
  writeFileSync(join(import.meta.dirname, "RESULTS.md"), report);
  process.stdout.write(report);
}

function loopbackKubeconfig(): string {
  const { port } = api.address() as AddressInfo;
  const path = join(directory, "config");
  const cluster = { server: `http://127.0.0.1:${port}` };
  writeFileSync(
    path,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "bench", cluster }],
      users: [{ name: "bench", user: {} }],
      contexts: [{ name: "bench", context: { cluster: "bench", user: "bench" } }],
      "current-context": "bench",
    }),
  );
  return path;
}
