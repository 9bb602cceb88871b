import { basename, resolve } from "node:path";
import { ClusterError } from "../errors.ts";
import { normalizeObject } from "../snapshot/normalize.ts";
import { RESOURCE_KEYS, type ResourceKey } from "../snapshot/resources.ts";
import type { KubeObject } from "../snapshot/wire.ts";
import { listFiles, type RecordedFile, readText } from "./files.ts";
import { parseDocuments, parseObjects } from "./parse.ts";

/** A recording in memory. */
export interface Recording {
  readonly name: string;
  /** RFC 3339 */
  readonly recordedAt: string;
  readonly objects: ReadonlyMap<ResourceKey, readonly KubeObject[]>;
  /** Resources of which everything was recorded: what is not there did not exist. */
  readonly complete: ReadonlySet<ResourceKey>;
  /** When only one namespace was recorded: what is complete of namespaced resources is so in this one. */
  readonly namespace?: string;
  readonly logs: ReadonlyMap<string, RecordedFile>;
}

const LOG_FILE = /^(?:.*\/)?logs\/([^/]+)\/([^/]+)\/([^/]+)\.log$/;
const DUMPED_LOG_FILE = /^(?:.*\/)?([^/]+)\/([^/]+)\/logs\.txt$/;

interface Manifest {
  readonly name?: string;
  readonly recordedAt?: string;
  readonly namespace?: string;
  readonly resources: readonly ResourceKey[];
  /** Resources that were read in part or not at all. */
  readonly gaps: readonly ResourceKey[];
}

/**
 * Opens a recorded cluster: a file or a directory in the layouts of `k8s-ops-mcp snapshot`, of
 * `kubectl cluster-info dump --output-directory`, or any YAML and JSON files with objects.
 * @throws ClusterError `malformed_recording`
 */
export async function openRecording(path: string): Promise<Recording> {
  const files = await listFiles(resolve(path));
  const objects = new Map<ResourceKey, KubeObject[]>();
  const complete = new Set<ResourceKey>();
  const logs = new Map<string, RecordedFile>();
  let manifest: Manifest = { resources: [], gaps: [] };
  for (const file of files) {
    const key = logFileKey(file.path);
    if (key) logs.set(key, file);
    if (key || !/\.(ya?ml|json)$/.test(file.path)) continue;
    const text = await readText(file);
    addObjects(file.path, text, objects, complete);
    if (/(^|\/)snapshot\.ya?ml$/.test(file.path)) manifest = readManifest(file.path, text);
  }
  if (complete.size + objects.size + manifest.resources.length + logs.size === 0) throw nothingRecorded(path);
  for (const resource of [...objects.keys(), ...manifest.resources]) complete.add(resource);
  for (const resource of manifest.gaps) complete.delete(resource);
  return {
    name: manifest.name ?? basename(resolve(path)),
    recordedAt: manifest.recordedAt ?? newestTimestamp(objects),
    objects,
    complete,
    ...(manifest.namespace !== undefined && { namespace: manifest.namespace }),
    logs,
  };
}

function nothingRecorded(path: string): ClusterError {
  return new ClusterError(
    "malformed_recording",
    `${basename(path)} holds no Kubernetes objects. Name a file or a directory with YAML or JSON of kubectl, or record a cluster with k8s-ops-mcp snapshot.`,
  );
}

function addObjects(
  path: string,
  text: string,
  objects: Map<ResourceKey, KubeObject[]>,
  complete: Set<ResourceKey>,
): void {
  const parsed = parseObjects(path, text);
  for (const resource of parsed.listed) complete.add(resource);
  for (const { resource, raw } of parsed.objects) {
    const object = normalizeObject(resource, raw);
    if (!object) continue;
    const list = objects.get(resource);
    if (list) list.push(object);
    else objects.set(resource, [object]);
  }
}

/** `namespace/pod/container/previous|current`; cluster-info dumps keep one `logs.txt` a Pod, found under container `""`. */
function logFileKey(path: string): string | undefined {
  const own = LOG_FILE.exec(path);
  if (own) {
    const [, namespace, pod, file = ""] = own;
    const previous = file.endsWith(".previous");
    const container = previous ? file.slice(0, -".previous".length) : file;
    return `${namespace}/${pod}/${container}/${previous ? "previous" : "current"}`;
  }
  const dumped = DUMPED_LOG_FILE.exec(path);
  return dumped ? `${dumped[1]}/${dumped[2]}//current` : undefined;
}

function readManifest(path: string, text: string): Manifest {
  const [document] = parseDocuments(path, text) as readonly [Record<string, unknown> | null | undefined];
  const resources = Array.isArray(document?.resources) ? document.resources : [];
  const gaps: readonly unknown[] = Array.isArray(document?.gaps) ? document.gaps : [];
  const missing = gaps.map((gap) => (gap as { resource?: unknown } | null)?.resource);
  const recordedAt = document?.recorded_at;
  return {
    ...(typeof document?.cluster === "string" && { name: document.cluster }),
    ...(typeof recordedAt === "string" && !Number.isNaN(Date.parse(recordedAt)) && { recordedAt }),
    ...(typeof document?.namespace === "string" && { namespace: document.namespace }),
    resources: RESOURCE_KEYS.filter((key) => resources.includes(key)),
    gaps: RESOURCE_KEYS.filter((key) => missing.includes(key)),
  };
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

/** The newest time that a status, a condition or an event mentions: the recording cannot be older. */
function newestTimestamp(objects: ReadonlyMap<ResourceKey, readonly KubeObject[]>): string {
  let newest = "";
  const visit = (value: unknown): void => {
    if (typeof value === "string") {
      if (value > newest && TIMESTAMP.test(value)) newest = value;
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) if (key !== "spec" && key !== "data") visit(item);
    }
  };
  for (const list of objects.values()) list.forEach(visit);
  return newest === "" || Number.isNaN(Date.parse(newest)) ? new Date(0).toISOString() : newest;
}
