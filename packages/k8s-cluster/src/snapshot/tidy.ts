/** Members that are lists in every Kubernetes object. Something else in their place is a mistake, and read as absent. */
const LISTS: ReadonlySet<string> = new Set([
  "accessModes",
  "backendRefs",
  "containers",
  "containerStatuses",
  "endpoints",
  "env",
  "envFrom",
  "ephemeralContainers",
  "imagePullSecrets",
  "initContainers",
  "initContainerStatuses",
  "listeners",
  "ownerReferences",
  "parentRefs",
  "ports",
  "rules",
  "taints",
  "tls",
  "tolerations",
  "volumeMounts",
  "volumes",
  "webhooks",
]);

/** Maps from people's own names, which may be called like a list. */
const MAPS: ReadonlySet<string> = new Set([
  "annotations",
  "data",
  "labels",
  "matchLabels",
  "nodeSelector",
  "selector",
]);

const MAX_DEPTH = 64;

/**
 * The value without nulls, which stand for absent members and empty lists in answers of the API server and in files
 * that people trimmed: lists become empty, the rest goes. And without members that cannot be what their name says. Unchanged parts are not copied.
 */
export function tidy(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return tidyList(value, depth);
  let changed = false;
  const entries: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    const kept = keep(key, member, depth);
    const isAbsent = kept === null || kept === undefined || (isList(key, value) && !Array.isArray(kept));
    if (isAbsent || kept !== member) changed = true;
    if (!isAbsent) entries.push([key, kept]);
  }
  return changed ? Object.fromEntries(entries) : value;
}

/** An Ingress has a list `tls`, a listener of a Gateway (which has a protocol) one object of that name. */
function isList(key: string, owner: object): boolean {
  return LISTS.has(key) && !(key === "tls" && "protocol" in owner);
}

/** Go writes an empty list as null. */
function keep(key: string, member: unknown, depth: number): unknown {
  if (member === null && LISTS.has(key)) return [];
  return MAPS.has(key) ? withoutNulls(member) : tidy(member, depth + 1);
}

function tidyList(list: readonly unknown[], depth: number): unknown {
  const kept = list
    .filter((item) => item !== null && item !== undefined)
    .map((item) => tidy(item, depth + 1));
  return kept.length === list.length && kept.every((item, index) => item === list[index]) ? list : kept;
}

function withoutNulls(map: unknown): unknown {
  if (typeof map !== "object" || map === null || Array.isArray(map)) return map;
  if (!Object.values(map).includes(null)) return map;
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));
}
