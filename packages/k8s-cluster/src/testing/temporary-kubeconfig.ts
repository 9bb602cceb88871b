import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KubeconfigParts, kubeconfigText } from "./kubeconfig.ts";

/** A kubeconfig in a directory of its own, to be removed after use. */
export async function temporaryKubeconfig(
  parts: KubeconfigParts,
): Promise<{ readonly kubeconfig: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  const kubeconfig = join(directory, "config");
  await writeFile(kubeconfig, kubeconfigText(parts));
  return { kubeconfig, remove: () => rm(directory, { recursive: true, force: true }) };
}
