import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClusterReader, connect, createLiveReader, RESOURCES, resourceOf } from "@k8s-ops/k8s-cluster";
import { loadAll } from "js-yaml";
import { forEachBounded } from "../src/api.ts";
import { up } from "../src/up.ts";
import { kubectl, tryKubectl } from "./kubectl.ts";
import type { Scenario, Step } from "./scenario.ts";

const PARALLEL = 4;
const LABEL = "k8s-ops-mcp.test/scenario";

/** The kubeconfig of K8S_OPS_KUBECONFIG, else that of the test cluster, which is brought up when it is not. */
export async function findCluster(signal: AbortSignal): Promise<string> {
  return process.env.K8S_OPS_KUBECONFIG ?? (await up(signal));
}

export async function openReader(kubeconfig: string): Promise<ClusterReader> {
  return createLiveReader(await connect({ kubeconfig, env: process.env }));
}

/** Makes the namespaces and applies the first manifests of all scenarios. */
export async function applyAll(scenarios: readonly Scenario[], kubeconfig: string): Promise<void> {
  await applyText(namespaceList(scenarios), kubeconfig);
  await forEachBounded(scenarios, PARALLEL, (scenario) => applyFirst(scenario, kubeconfig));
}

/**
 * Applies `manifests.yaml`; a namespace that is seconds old may still refuse Pods. Quotas come first and are waited for:
 * what is made before the API server has counted them slips past them.
 */
export async function applyFirst(scenario: Scenario, kubeconfig: string): Promise<void> {
  const quotas = documentsOf(scenario).filter(({ kind }) => kind === "ResourceQuota");
  if (quotas.length > 0) await applyQuotas(scenario, quotas, kubeconfig);
  const step = { when: [], kubectl: ["apply", "--server-side", "-f", "manifests.yaml"] };
  for (let attempt = 0; ; attempt++) {
    try {
      return await makeStep(scenario, step, kubeconfig);
    } catch (error) {
      if (attempt >= 5) throw error;
      await sleep(1_000);
    }
  }
}

async function applyQuotas(
  { namespace }: Scenario,
  quotas: readonly object[],
  kubeconfig: string,
): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: quotas });
  await kubectl(["apply", "--server-side", "-f", "-"], { kubeconfig, namespace, input });
  const counted = "jsonpath={.status.used}";
  await kubectl(["wait", "resourcequota", "--all", `--for=${counted}`, "--timeout=60s"], {
    kubeconfig,
    namespace,
  });
}

/** Runs a step's kubectl in the scenario's folder and namespace. */
export async function makeStep(scenario: Scenario, step: Step, kubeconfig: string): Promise<void> {
  const { folder: cwd, namespace } = scenario;
  await kubectl(step.kubectl, { kubeconfig, cwd, namespace });
}

async function applyText(input: string, kubeconfig: string): Promise<void> {
  await kubectl(["apply", "--server-side", "-f", "-"], { kubeconfig, input });
}

function namespaceList(scenarios: readonly Scenario[]): string {
  const items = scenarios.map(({ name, namespace }) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels: { [LABEL]: name } },
  }));
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

/** Deletes what the scenarios made and waits until their namespaces are gone. */
export async function removeAll(scenarios: readonly Scenario[], kubeconfig: string): Promise<void> {
  // Webhooks and the like first: they could forbid the rest.
  await forEachBounded(scenarios.filter(hasClusterScoped), PARALLEL, async ({ folder, namespace }) => {
    const options = { kubeconfig, namespace, cwd: folder };
    await tryKubectl(["delete", "--ignore-not-found", "--wait=false", "-f", "manifests.yaml"], options);
  });
  await forEachBounded(
    scenarios.flatMap((scenario) => scenario.cleanup.map((args) => ({ scenario, args }))),
    PARALLEL,
    ({ scenario, args }) =>
      tryKubectl(args, { kubeconfig, namespace: scenario.namespace, cwd: scenario.folder }),
  );
  const names = scenarios.map(({ namespace }) => namespace);
  await kubectl(["delete", "namespace", "--ignore-not-found", "--timeout=180s", ...names], { kubeconfig });
}

interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
}

function documentsOf({ folder }: Scenario): readonly Manifest[] {
  return loadAll(readFileSync(join(folder, "manifests.yaml"), "utf8")).filter(
    (document): document is Manifest => typeof document === "object" && document !== null,
  );
}

function hasClusterScoped(scenario: Scenario): boolean {
  return documentsOf(scenario).some((document) => {
    const resource = resourceOf(document?.apiVersion ?? "", document?.kind ?? "");
    return resource !== undefined && !RESOURCES[resource].namespaced;
  });
}
