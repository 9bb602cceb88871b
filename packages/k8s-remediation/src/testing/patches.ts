import type { JsonPatchOperation, Patch } from "@k8s-ops/k8s-cluster";

type Tree = Record<string, unknown>;

/** The object as an API server makes it of a patch. Lists of items with a name merge by it, others are replaced. */
export function applyPatch<T>(object: T, patch: Patch): T {
  if (patch.type === "json") return applyJsonPatch(object, patch.value);
  return merge(object, patch.value, patch.type === "strategic") as T;
}

/** Source: RFC 6902. @throws Error where the API server answers 422 */
export function applyJsonPatch<T>(object: T, operations: readonly JsonPatchOperation[]): T {
  const root = { root: structuredClone(object) as unknown };
  for (const { op, path, value } of operations) {
    const keys = ["root", ...path.split("/").slice(1).map(unescaped)];
    const last = keys.pop() as string;
    const parent = keys.reduce<unknown>((found, key) => memberOf(found, key), root);
    if (!isTree(parent) && !Array.isArray(parent)) throw new Error(`${op} ${path}: no such place`);
    const members = parent as Tree;
    if (op !== "add" && !(last in members)) throw new Error(`${op} ${path}: no such member`);
    if (op === "test") continue;
    if (op === "remove") delete members[last];
    else members[last] = structuredClone(value);
  }
  return root.root as T;
}

function unescaped(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Tree)[key] : undefined;
}

function merge(old: unknown, patch: unknown, isStrategic: boolean): unknown {
  if (Array.isArray(patch)) return isStrategic ? mergeLists(old, patch) : structuredClone(patch);
  if (!isTree(patch)) return patch;
  const { $patch, ...members } = patch;
  const merged: Tree = isTree(old) && $patch !== "replace" ? { ...old } : {};
  for (const [key, value] of Object.entries(members)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value, isStrategic);
  }
  return merged;
}

function mergeLists(old: unknown, patch: readonly unknown[]): unknown {
  if (!Array.isArray(old) || !patch.every(hasName)) return structuredClone(patch);
  const names = new Set(old.filter(hasName).map(({ name }) => name));
  const changed = old.map((item: unknown) => {
    const change = hasName(item) ? patch.find(({ name }) => name === item.name) : undefined;
    return change ? merge(item, change, true) : item;
  });
  return [...changed, ...patch.filter(({ name }) => !names.has(name))];
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasName(value: unknown): value is Tree & { readonly name: string } {
  return isTree(value) && typeof value.name === "string";
}
