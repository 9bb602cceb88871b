import { fileURLToPath } from "node:url";
import { type ClusterReader, openRecordedCluster } from "@k8s-ops/k8s-cluster";
import type { Diagnosis } from "@k8s-ops/k8s-diagnostics";
import { beforeAll, describe, expect, it } from "vitest";
import { verdictOf } from "../e2e/ask.ts";
import { callTool } from "../recordings/call-tool.ts";

const SAMPLE = fileURLToPath(new URL("../../../apps/stdio-server/sample/", import.meta.url));

/** Everything that is wrong in the sample, and where; by code and object. */
const CAUSES = [
  "config_key_missing Deployment payments/fraud-check",
  "container_exits_with_error Job payments/settlement",
  "container_out_of_memory Deployment shop/recommendations",
  "hpa_no_metrics APIService /v1beta1.metrics.k8s.io",
  "image_not_found Deployment shop/catalog",
  "insufficient_resources Deployment analytics/training",
  "job_deadline_exceeded Job analytics/nightly-etl",
  "killed_by_liveness_probe Deployment platform/build-runner",
  "node_selector_mismatch Deployment analytics/report-store",
  "pvc_not_found Deployment analytics/notebook",
  "pvc_storage_class_missing StatefulSet shop/orders-db",
  "quota_exceeded ResourceQuota payments/payments",
  "readiness_probe_failing Deployment platform/metrics-gateway",
  "run_as_non_root_violation Deployment platform/policy-webhook",
  "service_selector_mismatch Service shop/search",
  "service_target_port_mismatch Service payments/notifier",
];

/** What follows from them over other objects; "explains" goes all the way. */
const CHAINS = [
  {
    cause: "quota_exceeded",
    through: ["Deployment/checkout", "Service/checkout", "Ingress/pay"],
  },
  {
    cause: "pvc_storage_class_missing",
    through: ["StatefulSet/orders-db", "Service/orders-db", "Deployment/orders", "Service/orders"],
  },
  {
    cause: "run_as_non_root_violation",
    through: ["Service/policy-webhook", "Deployment/edge-proxy", "Service/edge-proxy"],
  },
  {
    cause: "node_selector_mismatch",
    through: ["Service/report-store", "Deployment/reports"],
  },
];

const HEALTHY = [
  { namespace: "shop", kind: "Deployment", name: "storefront" },
  { namespace: "shop", kind: "Deployment", name: "maintenance-page" },
  { namespace: "shop", kind: "StatefulSet", name: "cart-redis" },
  { namespace: "shop", kind: "CronJob", name: "newsletter" },
  { namespace: "shop", kind: "CronJob", name: "summer-sale" },
  { namespace: "shop", kind: "Job", name: "import-products" },
  { namespace: "payments", kind: "Deployment", name: "ledger" },
  { namespace: "payments", kind: "Deployment", name: "refunds" },
  { namespace: "platform", kind: "Deployment", name: "ingress-nginx-controller" },
  { namespace: "platform", kind: "Deployment", name: "registry" },
  { namespace: "platform", kind: "Deployment", name: "session-cache" },
  { namespace: "platform", kind: "DaemonSet", name: "log-collector" },
  { namespace: "edge", kind: "Deployment", name: "rate-limiter" },
];

let reader: ClusterReader;

beforeAll(async () => {
  reader = await openRecordedCluster(SAMPLE);
});

async function diagnose(tool: string, args: Readonly<Record<string, unknown>>): Promise<Diagnosis> {
  return (await callTool(reader, tool, args)) as unknown as Diagnosis;
}

describe("the sample recording", () => {
  it("shows these causes and no others, and lacks nothing", async () => {
    const { causes, not_checked, state } = await diagnose("diagnose_cluster", {});
    const found = causes.map(
      ({ code, object }) => `${code} ${object.kind} ${object.namespace}/${object.name}`,
    );
    expect(found.toSorted()).toEqual(CAUSES);
    expect([state, not_checked]).toEqual(["degraded", []]);
  });

  it.each(CHAINS)("follows $cause to $through", async ({ cause, through }) => {
    const { causes } = await diagnose("diagnose_cluster", {});
    const explains = causes.find(({ code }) => code === cause)?.explains ?? [];
    const objects = explains.map(({ object }) => `${object.kind}/${object.name}`);
    expect(objects).toEqual(expect.arrayContaining([...through]));
  });

  it.each(HEALTHY)("has nothing to say about $kind $namespace/$name", async (target) => {
    const verdict = verdictOf(await callTool(reader, "diagnose_workload", target));
    expect(verdict).toEqual({ state: "healthy", causes: [], issues: [] });
  });
});
