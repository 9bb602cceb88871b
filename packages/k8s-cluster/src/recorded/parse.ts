import { CORE_SCHEMA, loadAll, YAMLException } from "js-yaml";
import { ClusterError } from "../errors.ts";
import { isRecord } from "../snapshot/records.ts";
import { type ResourceKey, resourceOf } from "../snapshot/resources.ts";

const YAML_OPTIONS = { schema: CORE_SCHEMA, maxAliases: 100 };

/** Values that a file may stand for by repeating parts of itself, beyond those written out. */
const MAX_REPEATED = 1_000_000;

/** What one file of a recording says: objects, and the kinds of which it lists all, so that absence is known. */
export interface ParsedFile {
  readonly objects: readonly { readonly resource: ResourceKey; readonly raw: unknown }[];
  readonly listed: readonly ResourceKey[];
}

/**
 * Reads single objects, multi-document YAML and `List` kinds from YAML or JSON. Documents of kinds that are not read
 * here are passed over.
 * @throws ClusterError `malformed_recording` with file and line
 */
export function parseObjects(path: string, text: string): ParsedFile {
  const found = parseDocuments(path, text).flatMap((document) => unfold(document));
  return {
    objects: found.flatMap(({ resource, raw }) => (raw === undefined ? [] : [{ resource, raw }])),
    listed: [...new Set(found.flatMap(({ resource, raw }) => (raw === undefined ? [resource] : [])))],
  };
}

/** @throws ClusterError `malformed_recording` */
export function parseDocuments(path: string, text: string): readonly unknown[] {
  let documents: readonly unknown[];
  try {
    documents = path.endsWith(".json") ? parseJson(text) : loadAll(text, YAML_OPTIONS);
    assertBounded(documents);
  } catch (error) {
    const line = error instanceof YAMLException && error.mark ? ` line ${error.mark.line + 1}` : "";
    const why = error instanceof RangeError ? "repeats or nests too much" : "is neither YAML nor JSON";
    throw new ClusterError(
      "malformed_recording",
      `${path}${line} ${why}. Correct the file or leave it out of the recording.`,
    );
  }
  return documents;
}

function parseJson(text: string): readonly unknown[] {
  return text.trim() === "" ? [] : [JSON.parse(text)];
}

/** Aliases let a small file stand for more than anyone could read. @throws RangeError */
function assertBounded(documents: readonly unknown[]): void {
  const sizes = new Map<object, number>();
  let written = 0;
  const expanded = (value: unknown): number => {
    if (typeof value !== "object" || value === null) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    sizes.set(value, Number.POSITIVE_INFINITY);
    const items = Object.values(value);
    written += items.length;
    let size = 1;
    for (const item of items) size += expanded(item);
    sizes.set(value, size);
    return size;
  };
  if (expanded(documents) - written > MAX_REPEATED) throw new RangeError("too large");
}

interface Found {
  readonly resource: ResourceKey;
  /** Absent: the statement that a list of this resource was recorded. */
  readonly raw?: unknown;
}

function unfold(document: unknown): readonly Found[] {
  if (!isRecord(document) || typeof document.kind !== "string" || typeof document.apiVersion !== "string")
    return [];
  if (!document.kind.endsWith("List")) {
    const resource = resourceOf(document.apiVersion, document.kind);
    return resource ? [{ resource, raw: document }] : [];
  }
  const items: readonly unknown[] = Array.isArray(document.items) ? document.items : [];
  const resource = resourceOf(document.apiVersion, document.kind.slice(0, -"List".length));
  if (!resource) return items.flatMap(unfold);
  return [{ resource }, ...items.map((raw) => ({ resource, raw }))];
}
