import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClusterWriter, connect, createLiveWriter } from "@k8s-ops/k8s-cluster";
import { BUILD, runStep } from "../../../../scripts/steps.ts";
import { findCluster } from "../cluster.ts";
import { kubectl, tryKubectl } from "../kubectl.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";

/** Everything that the guard rails let a policy permit: what a trial is not about must not stand in its way. */
const OVERRIDES = [
  "autoscaled",
  "budget_never_allows",
  "control_plane_node",
  "cool_down",
  "emptydir_data",
  "large_scale",
  "last_ready_replica",
  "last_schedulable_node",
  "not_checked",
  "protected_object",
  "unmanaged_pod",
] as const;

/** Automation that may do everything: no person, no cool-down, no budget that counts. */
export const AUTOMATION = `
cool_down: 0s
roles:
  admin:
    permissions: ["*"]
    approval: confirm
    budget: { actions: 1000, window: 1h }
    overrides: [${OVERRIDES.join(", ")}]
users:
  admin: { role: admin }
`;

export interface TrialServerOptions extends ServerOptions {
  /** YAML; default {@link AUTOMATION}. */
  readonly policy?: string;
  /** Default `admin`. */
  readonly user?: string;
  /** Below the trial's directory; default `state`. */
  readonly state?: string;
  /** Default: the trial's own. */
  readonly stateNamespace?: string;
}

/** Namespaces of a test file's own in a real cluster, and built servers that write there. */
export interface Trial {
  readonly kubeconfig: string;
  /** Behind the server's back. */
  readonly writer: ClusterWriter;
  readonly directory: string;
  /** Runs kubectl in the first namespace, or in another. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<string>;
  /** All that kubectl says, whether it fails or not. */
  saying(args: readonly string[], namespace?: string): Promise<string>;
  apply(manifests: string): Promise<void>;
  serve(options?: TrialServerOptions): Promise<Server>;
  /** Does not wait until the namespaces are gone: whoever makes them anew does. */
  close(): Promise<void>;
}

interface KubectlOptions {
  readonly namespace?: string;
  readonly input?: string;
}

const LABEL = "k8s-ops-mcp.test/scenario";

/**
 * Builds the server and makes the namespaces anew.
 * @param namespaces the first is where kubectl goes, the last where the servers keep their record of actions
 */
export async function openTrial(namespaces: readonly [string, ...string[]]): Promise<Trial> {
  runStep(BUILD);
  const abort = new AbortController();
  const kubeconfig = await findCluster(abort.signal);
  await remove(namespaces, kubeconfig);
  await makeNamespaces(namespaces, kubeconfig);
  const directory = mkdtempSync(join(tmpdir(), "k8s-ops-remediation-"));
  const keyFile = join(directory, "signing-key");
  writeFileSync(keyFile, randomBytes(32));
  const [first] = namespaces;
  const servers = new Set<Server>();
  let policies = 0;
  return {
    kubeconfig,
    directory,
    writer: createLiveWriter(await connect({ kubeconfig, env: process.env })),
    kubectl: (args, options) => kubectl(args, { kubeconfig, namespace: first, ...options }),
    async saying(args, namespace = first) {
      const { stdout, stderr } = await tryKubectl(args, { kubeconfig, namespace });
      return `${stdout}${stderr}`;
    },
    async apply(manifests) {
      await kubectl(["apply", "-f", "-"], { kubeconfig, namespace: first, input: manifests });
    },
    async serve({ policy = AUTOMATION, user = "admin", state = "state", stateNamespace, ...options } = {}) {
      const policyFile = join(directory, `policy-${policies++}.yaml`);
      writeFileSync(policyFile, policy);
      const given = {
        kubeconfig,
        policy: policyFile,
        user,
        "signing-key": keyFile,
        "state-dir": join(directory, state),
        "state-namespace": stateNamespace ?? namespaces.at(-1) ?? first,
      };
      const args = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
      const server = await startServer(args, options);
      servers.add(server);
      return server;
    },
    async close() {
      await Promise.all([...servers].map((server) => server.close()));
      await remove(namespaces, kubeconfig, ["--wait=false"]);
      rmSync(directory, { recursive: true, force: true });
      abort.abort();
    },
  };
}

async function remove(
  namespaces: readonly string[],
  kubeconfig: string,
  options: readonly string[] = ["--timeout=120s"],
): Promise<void> {
  await kubectl(["delete", "namespace", "--ignore-not-found", ...options, ...namespaces], { kubeconfig });
}

/** Pods of their own need the ServiceAccount, which comes a moment after the namespace. */
async function makeNamespaces(namespaces: readonly string[], kubeconfig: string): Promise<void> {
  const items = namespaces.map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { [LABEL]: "remediation" } },
  }));
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await kubectl(["create", "-f", "-"], { kubeconfig, input });
  const args = ["wait", "--for=create", "--timeout=30s", "serviceaccount/default"];
  await Promise.all(namespaces.map((namespace) => kubectl(args, { kubeconfig, namespace })));
}

/** Looks until it is so. @throws Error when it is not in time */
export async function until(what: string, look: () => Promise<boolean>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(100);
  }
}
