import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { load } from "js-yaml";
import { files } from "../src/layout.ts";
import { mustRun, type RunResult, run } from "../src/run.ts";

export interface KubectlOptions {
  readonly kubeconfig: string;
  /** Where objects go that name no namespace. */
  readonly namespace?: string;
  readonly cwd?: string;
  readonly input?: string;
}

/** Runs the cluster's own kubectl, else the one on the PATH; throws with its words when it fails. */
export function kubectl(args: readonly string[], options: KubectlOptions): Promise<string> {
  return withNamespace(options, (env) => mustRun(program(), args, { ...options, env }));
}

/** The same, whatever comes out. */
export function tryKubectl(args: readonly string[], options: KubectlOptions): Promise<RunResult> {
  return withNamespace(options, (env) => run(program(), args, { ...options, env }));
}

function program(): string {
  const own = join(files.bin, "kubectl");
  return existsSync(own) ? own : "kubectl";
}

/** By a context and not by `--namespace`, with which kubectl would refuse files that also hold another namespace's objects. */
async function withNamespace<T>(
  { kubeconfig, namespace = "default" }: KubectlOptions,
  act: (env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "k8s-ops-kubectl-"));
  const file = join(folder, "context.json");
  try {
    writeFileSync(file, JSON.stringify(contextIn(kubeconfig, namespace)));
    return await act({ ...process.env, KUBECONFIG: `${file}:${kubeconfig}` });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Kubeconfig {
  readonly "current-context": string;
  readonly contexts: readonly {
    readonly name: string;
    readonly context: Readonly<Record<string, unknown>>;
  }[];
}

function contextIn(kubeconfig: string, namespace: string) {
  const config = load(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
  const current = config.contexts.find(({ name }) => name === config["current-context"]);
  const name = "k8s-ops-mcp-scenario";
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    contexts: [{ name, context: { ...current?.context, namespace } }],
  };
}
