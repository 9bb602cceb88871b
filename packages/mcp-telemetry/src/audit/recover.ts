import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isObject, parseObject } from "./chain.ts";
import { linesOf } from "./lines.ts";
import type { AuditObject, UnfinishedAction } from "./records.ts";

const MOST_AGE_MS = 30 * 24 * 3_600_000;

/** A larger file is not looked at: reading it would hold up the start for longer than a minute. */
const MOST_FILE_BYTES = 1_073_741_824;

const INTENT = Buffer.from('"event":"intent"');
const OUTCOME = Buffer.from('"event":"outcome"');

/** Intents without an outcome. */
export interface OpenActions {
  /** Their deadline has passed. */
  readonly overdue: readonly UnfinishedAction[];
  /** The outcome may be recorded yet. */
  readonly running: readonly UnfinishedAction[];
}

/**
 * The intents of a directory's logs that have no outcome in any of them, with a deadline not older than 30 days: an
 * outcome of that time stands in a file that is looked at. What cannot be read or is no audit log is left out; chains
 * are not checked here.
 */
export async function openActions(directory: string, now: Date, ownFile: string): Promise<OpenActions> {
  const intents = new Map<string, UnfinishedAction>();
  const ended = new Set<string>();
  for (const file of await recentFiles(directory, now)) {
    if (file !== ownFile) await collect(file, intents, ended);
  }
  const open = [...intents.values()].filter(({ action_id }) => !ended.has(action_id));
  const ageOf = ({ deadline }: UnfinishedAction): number => now.getTime() - Date.parse(deadline);
  return {
    overdue: open.filter((action) => ageOf(action) > 0 && ageOf(action) <= MOST_AGE_MS),
    running: open.filter((action) => ageOf(action) <= 0),
  };
}

async function recentFiles(directory: string, now: Date): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".jsonl"))
    .map(({ name }) => join(directory, name))
    .sort();
  const recent: string[] = [];
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (found && found.size <= MOST_FILE_BYTES && now.getTime() - found.mtimeMs <= MOST_AGE_MS)
      recent.push(file);
  }
  return recent;
}

async function collect(
  file: string,
  intents: Map<string, UnfinishedAction>,
  ended: Set<string>,
): Promise<void> {
  const found: UnfinishedAction[] = [];
  try {
    for await (const { bytes } of linesOf(file)) {
      if (!bytes || !(bytes.includes(INTENT) || bytes.includes(OUTCOME))) continue;
      const record = parseObject(bytes);
      if (record?.event === "outcome" && typeof record.action_id === "string") ended.add(record.action_id);
      const action = record?.event === "intent" ? actionOf(record) : undefined;
      if (action) found.push(action);
    }
  } catch {
    // It went away or cannot be read: that must not keep the server from starting. The outcomes of its intents may
    // stand in what was not read, so that nothing can be said of them.
    return;
  }
  for (const action of found) intents.set(action.action_id, action);
}

function actionOf(record: Readonly<Record<string, unknown>>): UnfinishedAction | undefined {
  const { action_id, caller, tool, cluster, deadline } = record;
  const object = objectOf(record.object);
  if (typeof action_id !== "string" || typeof caller !== "string" || typeof tool !== "string")
    return undefined;
  if (typeof cluster !== "string" || typeof deadline !== "string" || !object) return undefined;
  return { action_id, caller, tool, cluster, object, deadline };
}

function objectOf(value: unknown): AuditObject | undefined {
  if (!isObject(value)) return undefined;
  const { kind, namespace, name, uid } = value;
  if (typeof kind !== "string" || typeof name !== "string") return undefined;
  return {
    kind,
    name,
    ...(typeof namespace === "string" && { namespace }),
    ...(typeof uid === "string" && { uid }),
  };
}
