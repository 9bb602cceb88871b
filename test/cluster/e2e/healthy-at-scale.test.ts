import process from "node:process";
import type { ClusterReader } from "@k8s-ops/k8s-cluster";
import { type Diagnosis, diagnoseCluster, diagnoseNamespaces } from "@k8s-ops/k8s-diagnostics";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scale } from "../src/scale.ts";
import { scaleNamespaces } from "../src/scale-objects.ts";
import { findCluster, openReader } from "./cluster.ts";

const pods = Number(process.env.K8S_OPS_SCALE_PODS ?? 1_000);
const size = { nodes: Math.ceil(pods / 100), pods };
const namespaces = scaleNamespaces(size);
const abort = new AbortController();

/** What somebody would have to look at in the imitated part; scenarios that were kept may be broken. */
function alarms({ causes, issues }: Diagnosis): readonly string[] {
  return [...causes, ...issues.filter(({ severity }) => severity !== "low")]
    .filter(({ object }) => namespaces.includes(object.namespace) || object.name.startsWith("scale-"))
    .map(({ code, object }) => `${code} ${object.kind}/${object.namespace}/${object.name}`);
}

// The imitated part belongs to our own cluster only.
describe.skipIf(process.env.K8S_OPS_KUBECONFIG !== undefined)(`${pods} healthy Pods`, () => {
  let reader: ClusterReader;

  beforeAll(async () => {
    const kubeconfig = await findCluster(abort.signal);
    await scale(size, abort.signal);
    reader = await openReader(kubeconfig);
  }, 20 * 60_000);

  afterAll(async () => {
    await reader?.close();
    await scale({ nodes: 0, pods: 0 }, abort.signal);
    abort.abort();
  }, 10 * 60_000);

  it("raise no alarm in the cluster", async () => {
    const diagnosis = await diagnoseCluster(reader, { namespaces });
    expect(diagnosis.pods).toEqual({ total: pods, healthy: pods });
    expect(alarms(diagnosis)).toEqual([]);
  });

  it("raise none in any of their namespaces", async () => {
    const diagnosis = await diagnoseNamespaces(reader, { names: namespaces });
    expect(diagnosis.targets?.map(({ state }) => state)).toEqual(namespaces.map(() => "healthy"));
    expect(alarms(diagnosis)).toEqual([]);
  });
});
