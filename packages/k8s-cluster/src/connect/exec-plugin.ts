import { execFile } from "node:child_process";
import { ClusterError } from "../errors.ts";
import type { Environment } from "./access.ts";

/** The `exec` entry of a kubeconfig's user. Source: client.authentication.k8s.io/v1 ExecCredential */
export interface ExecConfig {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
  readonly installHint?: string;
  /** What the plug-in is told about the cluster, when it asks for it. */
  readonly cluster?: Readonly<Record<string, unknown>>;
}

/** What a plug-in gave: a token, a client certificate with its key, or both. */
export interface ExecCredential {
  readonly token?: string;
  /** PEM */
  readonly certificate?: string;
  /** PEM */
  readonly key?: string;
  /** Milliseconds since the epoch; Infinity: until the server refuses it. */
  readonly expiresAt: number;
}

export interface ExecPlugin {
  /** @throws ClusterError `credentials_failed`, which names the command and nothing that it printed */
  credential(options: { readonly renew: boolean }): Promise<ExecCredential>;
}

const LEEWAY_MS = 10_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

/** Runs a credential plug-in, one at a time, and keeps what it gave until shortly before it expires. */
export function createExecPlugin(config: ExecConfig, env: Environment, timeoutMs = 10_000): ExecPlugin {
  let last: ExecCredential | undefined;
  let running: Promise<ExecCredential> | undefined;
  const run = async (): Promise<ExecCredential> => {
    try {
      last = parseCredential(config, await runCommand(config, env, timeoutMs));
      return last;
    } finally {
      running = undefined;
    }
  };
  return {
    credential: async ({ renew }) => {
      if (running) return running;
      if (last && !renew && Date.now() < last.expiresAt - LEEWAY_MS) return last;
      running = run();
      return running;
    },
  };
}

function runCommand(config: ExecConfig, env: Environment, timeoutMs: number): Promise<string> {
  const { command, args } = config;
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      {
        env: { ...env, ...pluginEnvironment(config) },
        timeout: timeoutMs,
        killSignal: "SIGKILL",
        maxBuffer: MAX_OUTPUT_BYTES,
        windowsHide: true,
      },
      (error, stdout) => (error ? reject(commandFailure(config, error, timeoutMs)) : resolve(stdout)),
    );
    child.stdin?.on("error", () => {});
    child.stdin?.end();
  });
}

function pluginEnvironment({ env, apiVersion, cluster }: ExecConfig): Record<string, string> {
  const info = {
    kind: "ExecCredential",
    apiVersion,
    spec: { interactive: false, ...(cluster && { cluster }) },
  };
  return {
    ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  };
}

function parseCredential(config: ExecConfig, output: string): ExecCredential {
  const status = statusOf(output);
  const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp } = status ?? {};
  const hasToken = typeof token === "string" && token !== "";
  const hasCertificate = typeof certificate === "string" && typeof key === "string";
  if (!hasToken && !hasCertificate) {
    throw failure(config, "printed no ExecCredential with a token or a client certificate");
  }
  const expiresAt = typeof expirationTimestamp === "string" ? Date.parse(expirationTimestamp) : Number.NaN;
  return {
    ...(hasToken && { token }),
    ...(hasCertificate && { certificate, key }),
    expiresAt: Number.isNaN(expiresAt) ? Number.POSITIVE_INFINITY : expiresAt,
  };
}

function statusOf(output: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(output);
    if (typeof parsed !== "object" || parsed === null || !("status" in parsed)) return undefined;
    return typeof parsed.status === "object" && parsed.status !== null ? { ...parsed.status } : undefined;
  } catch {
    return undefined;
  }
}

function commandFailure(
  config: ExecConfig,
  error: { code?: unknown; killed?: unknown; signal?: unknown },
  timeoutMs: number,
): ClusterError {
  if (error.code === "ENOENT") {
    return failure(config, `was not found${config.installHint ? `. ${config.installHint.trim()}` : ""}`);
  }
  if (error.code === "EACCES") return failure(config, "may not be executed");
  if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return failure(config, "printed too much");
  if (error.killed) return failure(config, `did not answer within ${timeoutMs / 1000} s`);
  return failure(
    config,
    typeof error.code === "number" ? `ended with exit code ${error.code}` : "could not be run",
  );
}

function failure({ command }: ExecConfig, what: string): ClusterError {
  return new ClusterError(
    "credentials_failed",
    `The kubeconfig's credential plug-in "${command}" ${what}. Run any kubectl command in a terminal to see what it asks for, log in, and try again.`,
  );
}
