import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { ClusterError } from "../errors.ts";
import { type AccessSource, type Environment, RELOAD_MS } from "./access.ts";

export const SERVICE_ACCOUNT_DIR = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The ServiceAccount of the Pod that this runs in; undefined outside of a Pod or when no token is mounted. The token
 * rotates, so it is read again every minute.
 */
export async function inClusterSource(
  env: Environment,
  directory: string = SERVICE_ACCOUNT_DIR,
): Promise<AccessSource | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port) return undefined;
  const tokenFile = join(directory, "token");
  if ((await readText(tokenFile)) === undefined) return undefined;
  const server = new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  return {
    cluster: { name: "in-cluster", source: "in-cluster" },
    obtain: async () => {
      const [token, ca] = await Promise.all([readText(tokenFile), readText(join(directory, "ca.crt"))]);
      if (!token)
        throw new ClusterError("credentials_failed", `The ServiceAccount token ${tokenFile} is empty.`);
      return {
        server,
        tls: { rejectUnauthorized: true, ...(ca && { ca }) },
        headers: { authorization: `Bearer ${token}` },
        expiresAt: Date.now() + RELOAD_MS,
      };
    },
  };
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}
