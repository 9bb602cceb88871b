import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { ClusterError } from "../errors.ts";
import type { Environment } from "./access.ts";

/**
 * The kubeconfig files to read, in order of precedence: those given, else those of KUBECONFIG that exist, else
 * `~/.kube/config`.
 * @param given one path, or several joined as in KUBECONFIG
 * @throws ClusterError `no_cluster`, which says what was looked for
 */
export async function kubeconfigFiles(
  given: string | undefined,
  env: Environment,
): Promise<readonly string[]> {
  if (given !== undefined && given !== "") return given.split(delimiter).filter(Boolean);
  const listed = (env.KUBECONFIG ?? "").split(delimiter).filter(Boolean);
  if (listed.length > 0) {
    const existing = await filterExisting(listed);
    if (existing.length > 0) return existing;
    throw noCluster(`KUBECONFIG names ${listed.join(", ")}, which does not exist`);
  }
  const home = env.HOME ?? env.USERPROFILE;
  const standard = home === undefined || home === "" ? [] : [join(home, ".kube", "config")];
  const existing = await filterExisting(standard);
  if (existing.length > 0) return existing;
  const sought = standard[0] === undefined ? "HOME is not set" : `there is no ${standard[0]}`;
  throw noCluster(`KUBECONFIG is not set, ${sought}, and this is not a Pod with a ServiceAccount`);
}

function noCluster(reason: string): ClusterError {
  return new ClusterError(
    "no_cluster",
    `No Kubernetes cluster is configured: ${reason}. Give the path of a kubeconfig, set KUBECONFIG, or open a recorded cluster instead.`,
  );
}

async function filterExisting(files: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => found[index]);
}
