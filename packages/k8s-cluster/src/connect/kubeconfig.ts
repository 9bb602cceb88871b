import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Cluster, Context, KubeConfig, User } from "@kubernetes/client-node";
import { load, YAMLException } from "js-yaml";
import { ClusterError } from "../errors.ts";
import { isRecord } from "../snapshot/records.ts";

/** What client-node's model of a user lacks: files with tokens, groups to impersonate, where commands are sought. */
export interface KubeconfigUser extends User {
  readonly tokenFile?: string;
  readonly impersonateGroups: readonly string[];
  readonly directory: string;
}

/** The one cluster and user that a context chooses. */
export interface ChosenContext {
  readonly name: string;
  readonly cluster: Cluster;
  readonly user: KubeconfigUser;
}

interface Merged {
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly users: ReadonlyMap<string, KubeconfigUser>;
  readonly contexts: ReadonlyMap<string, Context>;
  readonly currentContext: string | undefined;
}

/**
 * Reads kubeconfig files and chooses a context. Of several files the first that defines a name, or the current
 * context, wins, as in kubectl; client-node refuses duplicates and lets the last one win.
 * @throws ClusterError `invalid_kubeconfig`, `unknown_context`, `no_cluster`
 */
export async function loadContext(
  files: readonly string[],
  context: string | undefined,
): Promise<ChosenContext> {
  const parsed = await Promise.all(files.map(parseFile));
  const merged: Merged = {
    clusters: firstByName(parsed.flatMap(({ config }) => config.clusters)),
    users: firstByName(parsed.flatMap(({ users }) => users)),
    contexts: firstByName(parsed.flatMap(({ config }) => config.contexts)),
    currentContext: parsed.map(({ config }) => config.currentContext).find(Boolean),
  };
  return choose(merged, context, files.join(", "));
}

function choose(merged: Merged, wanted: string | undefined, where: string): ChosenContext {
  const { contexts, clusters, users } = merged;
  if (contexts.size === 0) {
    throw new ClusterError(
      "no_cluster",
      `${where} defines no context. Give a kubeconfig that names a cluster.`,
    );
  }
  const name = wanted ?? merged.currentContext;
  const context = name === undefined ? undefined : contexts.get(name);
  if (name === undefined || !context) {
    const problem =
      name === undefined ? `${where} has no current context` : `There is no context "${name}" in ${where}`;
    throw new ClusterError("unknown_context", `${problem}. Choose one of: ${listNames(contexts)}.`);
  }
  const cluster = clusters.get(context.cluster);
  if (!cluster) {
    throw invalid(
      `The context "${name}" names the cluster "${context.cluster}", which ${where} does not define`,
    );
  }
  const user = context.user ? users.get(context.user) : ANONYMOUS;
  if (!user) {
    throw invalid(`The context "${name}" names the user "${context.user}", which ${where} does not define`);
  }
  return { name, cluster, user };
}

const ANONYMOUS: KubeconfigUser = { name: "anonymous", impersonateGroups: [], directory: "." };

interface ParsedFile {
  readonly config: KubeConfig;
  readonly users: readonly KubeconfigUser[];
}

async function parseFile(file: string): Promise<ParsedFile> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw invalid(`The kubeconfig ${file} cannot be read (${error.code ?? "unknown reason"})`);
  });
  const document = parseYaml(file, text);
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const directory = dirname(resolve(file));
  try {
    config.loadFromString(text);
    config.makePathsAbsolute(directory);
  } catch (error) {
    const reason = error instanceof Error && error.message.endsWith("is missing") ? `: ${error.message}` : "";
    throw invalid(`The kubeconfig ${file} is not complete${reason}`);
  }
  const raw = rawUsers(document);
  return {
    config,
    users: config.users.map((user) => withMissingFields(user, raw.get(user.name), directory)),
  };
}

function parseYaml(file: string, text: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = load(text);
  } catch (error) {
    const line = error instanceof YAMLException && error.mark ? ` (line ${error.mark.line + 1})` : "";
    throw invalid(`The kubeconfig ${file} is not valid YAML${line}`);
  }
  if (!isRecord(document)) throw invalid(`The kubeconfig ${file} is not a YAML mapping`);
  return document;
}

function rawUsers(
  document: Readonly<Record<string, unknown>>,
): ReadonlyMap<unknown, Record<string, unknown>> {
  const entries: readonly unknown[] = Array.isArray(document.users) ? document.users : [];
  return new Map(
    entries.flatMap((entry) =>
      isRecord(entry) && isRecord(entry.user) ? [[entry.name, entry.user] as const] : [],
    ),
  );
}

function withMissingFields(
  user: User,
  raw: Record<string, unknown> | undefined,
  directory: string,
): KubeconfigUser {
  const tokenFile = raw?.tokenFile;
  const groups: readonly unknown[] = Array.isArray(raw?.["as-groups"]) ? raw["as-groups"] : [];
  return {
    ...user,
    ...(typeof tokenFile === "string" && tokenFile !== "" && { tokenFile: resolve(directory, tokenFile) }),
    impersonateGroups: groups.filter((group) => typeof group === "string"),
    directory,
  };
}

function firstByName<T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.toReversed().map((item) => [item.name, item]));
}

function listNames(names: ReadonlyMap<string, unknown>): string {
  const all = [...names.keys()].sort();
  const shown = all.slice(0, 20).join(", ");
  return all.length > 20 ? `${shown} and ${all.length - 20} more` : shown;
}

function invalid(problem: string): ClusterError {
  return new ClusterError("invalid_kubeconfig", `${problem}. Correct the file or give another one.`);
}
