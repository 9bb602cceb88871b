import { ClusterError } from "./errors.ts";
import { inspectCluster, isPresent, memoryUse } from "./inspect.ts";
import { files } from "./layout.ts";

/** Prints how every part of the cluster does; fails, with names, when one is dead. */
export async function status(): Promise<void> {
  if (!isPresent()) throw new ClusterError("no cluster is up");
  const parts = await inspectCluster();
  for (const { name, pid, problem } of parts) {
    const state = problem === undefined ? "ok" : "BROKEN";
    console.log(`${name.padEnd(24)}  ${state.padEnd(7)}${pid === undefined ? "" : `  pid ${pid}`}`);
  }
  const { processes, megabytes } = memoryUse();
  console.log(`${"memory".padEnd(24)}  ${megabytes} MB in ${processes} processes`);
  const broken = parts.filter(({ problem }) => problem !== undefined);
  if (broken.length > 0) {
    const lines = broken.map(({ name, problem }) => `${name} ${problem}`);
    throw new ClusterError(`${lines.join("\n")}\n\`up\` starts the cluster anew`);
  }
  console.log(`${"kubeconfig".padEnd(24)}  ${files.adminKubeconfig}`);
}

/** Does something with the cluster; when it fails and a component is dead, the failure says so. */
export async function withCluster<T>(action: () => Promise<T>): Promise<T> {
  await requireCluster();
  try {
    return await action();
  } catch (error) {
    await requireCluster();
    throw error;
  }
}

/** Fails, with names, unless the cluster of this machine is up and well. */
export async function requireCluster(): Promise<void> {
  if (!isPresent()) throw new ClusterError("no cluster is up: this works only on one that `up` started");
  const broken = (await inspectCluster()).filter(({ problem }) => problem !== undefined);
  if (broken.length > 0)
    throw new ClusterError(broken.map(({ name, problem }) => `${name} ${problem}`).join("\n"));
}
