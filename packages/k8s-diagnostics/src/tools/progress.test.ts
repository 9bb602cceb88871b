import { bind } from "@k8s-ops/mcp-contract";
import { describe, expect, it } from "vitest";
import { readerFromYaml } from "../testing/reader.ts";
import { DIAGNOSE_TOOLS } from "./index.ts";
import { onCluster } from "./progress.ts";

const { reader } = readerFromYaml(`
apiVersion: v1
kind: Namespace
metadata: { name: shop }
`);

/** What is told of reads that are answered at these times. */
async function toldOf(times: readonly number[], fails = false) {
  const told: unknown[][] = [];
  let now = 0;
  const call = {
    principal: { name: "tester" },
    signal: new AbortController().signal,
    progress: (...each: unknown[]) => told.push(each),
  };
  const work = onCluster(
    { cluster: async () => reader },
    undefined,
    call,
    async (reporting) => {
      for (const time of times) {
        now = time;
        await reporting.read({ resource: "pods", namespace: `n${time}` });
      }
      if (fails) throw new Error("gone");
    },
    () => now,
  );
  await work.catch(() => {});
  return told;
}

describe("progress", () => {
  it("tells of the first and the last read, and of few in between", async () => {
    expect(await toldOf([0, 100, 249, 250, 400, 499, 1_000, 1_001])).toEqual([
      [1, undefined, "read pods of n0"],
      [4, undefined, "read pods of n250"],
      [7, undefined, "read pods of n1000"],
      [8, undefined, "read pods of n1001"],
    ]);
  });

  it("tells of nothing twice, nor of anything that was not read", async () => {
    expect(await toldOf([0])).toHaveLength(1);
    expect(await toldOf([])).toEqual([]);
  });

  it("tells of nothing more when the work has failed", async () => {
    expect(await toldOf([0, 1], true)).toHaveLength(1);
  });

  it.each([
    ["diagnose_pod", { namespace: "shop", pod_name: "web" }],
    ["diagnose_deployment", { namespace: "shop", deployment_name: "web" }],
    ["diagnose_service", { namespace: "shop", service_name: "web" }],
    ["diagnose_ingress", { namespace: "shop", name: "web" }],
    ["diagnose_workload", { namespace: "shop", kind: "Job", name: "web" }],
    ["diagnose_storage", { namespace: "shop", name: "web" }],
    ["diagnose_node", { node_name: "web" }],
    ["diagnose_namespace", { namespace: "shop" }],
    ["diagnose_cluster", {}],
  ])("comes from %s", async (name, args) => {
    const tool = DIAGNOSE_TOOLS.find((each) => each.name === name);
    if (!tool) throw new Error(name);
    const told: string[] = [];
    await bind(tool, { deps: { cluster: async () => reader } }).call(args, {
      principal: { name: "tester" },
      signal: new AbortController().signal,
      progress: (_done, _total, message) => told.push(message),
    });
    expect(told[0]).toMatch(/^read /);
  });
});
