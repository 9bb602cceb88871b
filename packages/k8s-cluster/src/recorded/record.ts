import { ClusterError } from "../errors.ts";
import type { ClusterReader } from "../read/reader.ts";
import { assertNamespace } from "../snapshot/names.ts";
import { redactObject } from "../snapshot/redact.ts";
import { RESOURCE_KEYS, RESOURCES, type ResourceKey } from "../snapshot/resources.ts";
import type { Gap, ReadAnswer } from "../snapshot/snapshot.ts";
import type { KubeObject } from "../snapshot/wire.ts";
import { mapConcurrently } from "./concurrently.ts";
import { recordLogs } from "./record-logs.ts";
import { openRecordingDirectory, type RecordingDirectory } from "./recording-directory.ts";

export interface RecordOptions {
  /** The directory to make. It must not exist, or be empty. */
  readonly out: string;
  /** Record only this namespace, and what belongs to no namespace. */
  readonly namespace?: string;
  readonly signal?: AbortSignal;
  /** Called as work proceeds: steps done, steps in all, and what was done last. */
  readonly progress?: (done: number, total: number, what: string) => void;
}

export interface RecordResult {
  readonly directory: string;
  readonly objects: number;
  /** Log files written. */
  readonly logs: number;
  /** What the recording lacks. */
  readonly gaps: readonly Gap[];
}

const CONCURRENT_READS = 4;
/** Secrets are read one by one to learn their keys; beyond this many their names have to do. */
const MAX_SECRETS = 2_000;

/**
 * Writes everything that can be read of a cluster into a directory that `openRecordedCluster` opens, with secrets
 * redacted. The directory appears complete or not at all.
 * @throws ClusterError `rejected` when the directory is not empty or cannot be written, else as ClusterReader.read
 */
export async function record(reader: ClusterReader, options: RecordOptions): Promise<RecordResult> {
  const { namespace } = options;
  if (namespace !== undefined) assertNamespace(namespace);
  let directory: RecordingDirectory | undefined;
  try {
    directory = await openRecordingDirectory(options.out);
    const result = await writeAll(reader, directory, options);
    await directory.commit();
    return { directory: options.out, ...result };
  } catch (error) {
    await directory?.discard();
    if (error instanceof ClusterError) throw error;
    throw new ClusterError("rejected", `The recording cannot be written to ${options.out}.`, {
      cause: error,
    });
  }
}

async function writeAll(
  reader: ClusterReader,
  directory: RecordingDirectory,
  { namespace, signal, progress }: RecordOptions,
): Promise<Omit<RecordResult, "directory">> {
  const total = RESOURCE_KEYS.length + 1;
  let done = 0;
  let objects = 0;
  let pods: readonly KubeObject[] = [];
  const gaps: Gap[] = [];
  const complete: ResourceKey[] = [];
  await mapConcurrently(RESOURCE_KEYS, CONCURRENT_READS, async (resource) => {
    const answer = await readWhole(reader, resource, namespace, signal);
    if (answer.gap) gaps.push(answer.gap);
    else complete.push(resource);
    if (resource === "pods") pods = answer.items;
    objects += answer.items.length;
    await writeResource(directory, resource, answer.items);
    progress?.(++done, total, resource);
  });
  const logs = await recordLogs(reader, directory, pods, signal);
  gaps.push(...logs.gaps);
  progress?.(++done, total, "logs");
  await directory.writeYaml(["snapshot.yaml"], {
    recorded_at: reader.now(),
    cluster: reader.cluster.name,
    ...(namespace !== undefined && { namespace }),
    resources: RESOURCE_KEYS.filter((key) => complete.includes(key)),
    gaps,
  });
  return { objects, logs: logs.files, gaps };
}

async function readWhole(
  reader: ClusterReader,
  resource: ResourceKey,
  namespace: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ReadAnswer> {
  const options = signal ? { signal } : {};
  const limited = namespace !== undefined && RESOURCES[resource].namespaced;
  const answer = await reader.read({ resource, ...(limited && { namespace }) }, options);
  if (resource !== "secrets") return answer;
  const items = await mapConcurrently(answer.items, CONCURRENT_READS, async (item, index) => {
    if (index >= MAX_SECRETS) return item;
    const { namespace, name } = item.metadata;
    return (await reader.read({ resource, namespace, name }, options)).items[0] ?? item;
  });
  return { ...answer, items };
}

async function writeResource(
  directory: RecordingDirectory,
  resource: ResourceKey,
  items: readonly KubeObject[],
): Promise<void> {
  const { apiVersion, kind, namespaced } = RESOURCES[resource];
  const byNamespace = Map.groupBy(items, ({ metadata }) => metadata.namespace);
  for (const [namespace, members] of byNamespace) {
    if (namespaced) assertNamespace(namespace);
    const path = [...(namespaced ? [namespace] : []), `${resource.toLowerCase()}.yaml`];
    const sorted = members.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    await directory.writeYaml(path, {
      apiVersion,
      kind: `${kind}List`,
      items: sorted.map((item) => redactObject(resource, item)),
    });
  }
}
