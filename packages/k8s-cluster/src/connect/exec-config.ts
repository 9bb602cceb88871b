import { isAbsolute, resolve, sep } from "node:path";
import type { Cluster } from "@kubernetes/client-node";
import type { ExecConfig } from "./exec-plugin.ts";
import type { ChosenContext } from "./kubeconfig.ts";

/** The `exec` entry of the context's user, if it has one. */
export function execConfig({ cluster, user }: ChosenContext): ExecConfig | undefined {
  const exec: unknown = user.exec ?? user.authProvider?.config?.exec;
  if (typeof exec !== "object" || exec === null || !("command" in exec)) return undefined;
  const { command, args, env, apiVersion, installHint, provideClusterInfo } = exec as Record<string, unknown>;
  if (typeof command !== "string" || command === "") return undefined;
  return {
    command: commandPath(command, user.directory),
    args: strings(args),
    env: variables(env),
    apiVersion: typeof apiVersion === "string" ? apiVersion : "client.authentication.k8s.io/v1",
    ...(typeof installHint === "string" && { installHint }),
    ...(provideClusterInfo === true && { cluster: clusterInfo(cluster) }),
  };
}

/** A relative path is relative to the kubeconfig; a bare name is sought in PATH. Source: client-go clientcmd/loader.go */
function commandPath(command: string, directory: string): string {
  const isPath = command.includes("/") || command.includes(sep);
  return isPath && !isAbsolute(command) ? resolve(directory, command) : command;
}

function clusterInfo(cluster: Cluster): Readonly<Record<string, unknown>> {
  return {
    server: cluster.server,
    ...(cluster.tlsServerName && { "tls-server-name": cluster.tlsServerName }),
    ...(cluster.skipTLSVerify && { "insecure-skip-tls-verify": true }),
    ...(cluster.caData && { "certificate-authority-data": cluster.caData }),
    ...(cluster.proxyUrl && { "proxy-url": cluster.proxyUrl }),
  };
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function variables(value: unknown): ExecConfig["env"] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.flatMap((entry) => {
    const { name, value: text } = (entry ?? {}) as Record<string, unknown>;
    return typeof name === "string" && typeof text === "string" ? [{ name, value: text }] : [];
  });
}
