import { mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "./api.ts";
import { saveBaseline } from "./baseline.ts";
import { ensureBinaries, finishedBin } from "./binaries.ts";
import { createCgroups } from "./cgroups.ts";
import { type Component, components, startOrder } from "./components.ts";
import { writeConfigFiles } from "./config-files.ts";
import { createCredentials, writeKubeconfigs } from "./credentials.ts";
import { createApiDevice, prepareSysctls } from "./devices.ts";
import { tearDown } from "./down.ts";
import { ClusterError } from "./errors.ts";
import { waitHealthy } from "./health.ts";
import { importImages } from "./images.ts";
import { inspectCluster, isNodeReady, isPresent } from "./inspect.ts";
import { addForwardRules, hasKubeRules } from "./iptables.ts";
import { files, nodeName, stateDir } from "./layout.ts";
import { withLock } from "./lock.ts";
import { installPackages } from "./packages.ts";
import { describeLog, isAlive, processRecords, startProcess } from "./processes.ts";
import { progress } from "./report.ts";
import { checkRequirements } from "./requirements.ts";

/** Brings the cluster up, or finds it up, and returns its kubeconfig's path. */
export async function up(signal: AbortSignal): Promise<string> {
  const { goVersion } = await checkRequirements();
  const onWait = (holder: string) => progress(`waiting for ${holder}`);
  return withLock({ file: files.lock, purpose: "cluster up", waitMs: 45 * 60_000, onWait }, async () => {
    if (await isUpAlready(goVersion)) return files.adminKubeconfig;
    await installPackages();
    signal.throwIfAborted();
    const bin = await ensureBinaries(goVersion, signal);
    await checkNothingInTheWay();
    await startOrCleanUp(bin, signal);
    progress("the cluster is up");
    return files.adminKubeconfig;
  });
}

async function startOrCleanUp(bin: string, signal: AbortSignal): Promise<void> {
  const failure = new AbortController();
  // A component may die while something else waits for its answer, for instance the import of images.
  const watch = setInterval(() => {
    const dead = processRecords().find((record) => !isAlive(record));
    if (dead) failure.abort(new ClusterError(`${dead.name} ended while it started; ${describeLog(dead)}`));
  }, 200);
  try {
    await start(bin, AbortSignal.any([signal, failure.signal]));
  } catch (error) {
    const reason = failure.signal.aborted ? failure.signal.reason : error;
    // What else was begun must not wait for a cluster that goes away.
    failure.abort(reason);
    progress(signal.aborted ? "interrupted: cleaning up" : "failed: cleaning up");
    await tearDown();
    throw reason;
  } finally {
    clearInterval(watch);
  }
}

async function isUpAlready(goVersion: string): Promise<boolean> {
  if (!isPresent()) return false;
  const broken = (await inspectCluster()).filter(({ problem }) => problem !== undefined);
  if (broken.length === 0) {
    const isCurrent = readlinkSync(files.bin) === finishedBin(goVersion);
    progress(
      `the cluster is already up${isCurrent ? "" : ", with other versions than go.mod asks for: see `down`"}`,
    );
    return true;
  }
  const names = broken.map(({ name, problem }) => `${name} ${problem?.split(";")[0]}`).join(", ");
  progress(`a cluster is here, but ${names}: starting anew`);
  await tearDown();
  return false;
}

async function start(bin: string, signal: AbortSignal): Promise<void> {
  mkdirSync(stateDir, { recursive: true, mode: 0o755 });
  rmSync(files.logs, { recursive: true, force: true });
  mkdirSync(files.kubelet, { recursive: true });
  symlinkSync(bin, files.bin);
  const tokens = createCredentials();
  writeConfigFiles();
  createCgroups();
  await prepareSysctls();
  await createApiDevice();
  await addForwardRules();

  const [base = [], rest = []] = startOrder;
  progress(`starting ${names(base)}`);
  const healthy = startAll(base, signal);
  const imported = healthy.containerd?.then(() => importImages(signal));
  await Promise.all([...Object.values(healthy), imported]);
  writeKubeconfigs(tokens);
  progress(`starting ${names(rest)}`);
  await Promise.all(Object.values(startAll(rest, signal)));

  progress(`waiting for node ${nodeName}`);
  const api = new ApiClient();
  try {
    await waitFor("the node is not Ready", signal, () => isNodeReady(api));
    await waitFor("the namespaces have no ServiceAccounts", signal, () => namespacesAreUsable(api));
    await saveBaseline(api);
  } finally {
    api.close();
  }
  writeFileSync(files.ready, `${new Date().toISOString()}\n`);
}

function startAll(group: readonly Component[], signal: AbortSignal): Record<string, Promise<void>> {
  const entries = group.map((component) => {
    const record = startProcess(component.name, component.argv);
    return [component.name, waitHealthy(component, record, signal)] as const;
  });
  return Object.fromEntries(entries);
}

const names = (group: readonly Component[]) => group.map(({ name }) => name).join(", ");

async function waitFor(otherwise: string, signal: AbortSignal, isSo: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > until) throw new ClusterError(`${otherwise} after 60 s; logs: ${files.logs}`);
    await sleep(100, undefined, { signal });
  }
}

/** Bare Pods are refused before their namespace has its default ServiceAccount. */
async function namespacesAreUsable(api: ApiClient): Promise<boolean> {
  const paths = ["default", "kube-system", "kube-public", "kube-node-lease"].flatMap((namespace) => [
    `/api/v1/namespaces/${namespace}/serviceaccounts/default`,
    `/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`,
  ]);
  const answers = await Promise.all(paths.map((path) => api.send({ path })));
  return answers.every(({ status }) => status === 200);
}

async function checkNothingInTheWay(): Promise<void> {
  const problems: string[] = [];
  if (await hasKubeRules()) problems.push("iptables has the rules of another Kubernetes (chains KUBE-*)");
  for (const { name, ports } of components) {
    for (const port of ports) {
      if (!(await isFree(port))) problems.push(`port ${port}, which ${name} needs, is taken`);
    }
  }
  if (problems.length > 0)
    throw new ClusterError(
      `the cluster cannot start on this machine:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1" }, () => server.close(() => resolve(true)));
  });
}
