import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kubeconfigText, listBody, startApiEndpoint } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { openServer, SHOP, type StdioServer, temporaryDirectory } from "./stdio-server.ts";

const HUGE = `${"x".repeat(10_000_000)}\ndial tcp 10.96.0.40:5432: connect: connection refused\n`;

async function residentBytes({ pid }: StdioServer): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

function crashingPod() {
  const started = { startedAt: "2026-11-02T09:28:58Z", finishedAt: "2026-11-02T09:29:00Z" };
  return {
    metadata: { name: "worker-0", namespace: "shop", uid: "p-1", creationTimestamp: "2026-11-02T08:00:00Z" },
    spec: { nodeName: "node-a", containers: [{ name: "app", image: "registry.example/worker:3" }] },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: "False" }],
      containerStatuses: [
        {
          name: "app",
          ready: false,
          restartCount: 14,
          image: "registry.example/worker:3",
          imageID: "",
          state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s" } },
          lastState: { terminated: { exitCode: 1, reason: "Error", ...started } },
        },
      ],
    },
  };
}

async function recorded(): Promise<StdioServer> {
  const directory = join(await temporaryDirectory(), "shop");
  await cp(SHOP, directory, { recursive: true });
  await writeFile(join(directory, "logs/shop/worker-0/app.previous.log"), HUGE);
  return openServer(["--snapshot", directory]);
}

async function live(): Promise<StdioServer> {
  const endpoint = await startApiEndpoint();
  onTestFinished(() => endpoint.close());
  endpoint.on("/api/v1/namespaces/shop/pods", { body: listBody([crashingPod()]) });
  endpoint.on("/api/v1/namespaces/shop/pods/worker-0/log", {
    body: HUGE,
    headers: { "content-type": "text/plain" },
  });
  const kubeconfig = join(await temporaryDirectory(), "config");
  await writeFile(kubeconfig, kubeconfigText({ server: endpoint.url }));
  return openServer(["--kubeconfig", kubeconfig]);
}

describe("a log with a line of 10 MB", () => {
  it.each([
    ["recorded", recorded],
    ["read from an API server that does not keep to the limit asked for", live],
  ])("%s is answered within the bound of a result and without keeping it", async (_, open) => {
    const server = await open();
    const { structured, error } = await server.call("diagnose_pod", {
      namespace: "shop",
      pod_name: "worker-0",
      deep_analysis: true,
    });
    expect(error).toBeUndefined();
    expect(structured).toMatchObject({ state: "failing" });
    expect(server.lines.filter((line) => Buffer.byteLength(line) > 17_000)).toEqual([]);
    expect(await residentBytes(server)).toBeLessThan(250_000_000);
  });
});
