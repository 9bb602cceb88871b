/** A field of a Pod template whose value differs between two revisions; a missing value is undefined. */
export interface TemplateChange {
  /** In the template, e.g. `spec.containers[app].image`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

const MAX_CHANGES = 20;

/** What controllers, the API server and `kubectl rollout restart` add to a template. */
const ADDED: ReadonlySet<string> = new Set([
  "$patch",
  "metadata.creationTimestamp",
  "metadata.labels.pod-template-hash",
  "metadata.annotations.kubectl.kubernetes.io/restartedAt",
]);

interface Pair {
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Where two Pod templates differ, at most 20 fields unless another number is given. Items of lists are compared by name where they have one; what
 * nobody means to change is left out.
 * @param shown The templates to take the values from, where those compared hold what must not be shown
 */
export function templateChanges(
  before: unknown,
  after: unknown,
  shown: Pair = { before, after },
  most = MAX_CHANGES,
): readonly TemplateChange[] {
  const changes: TemplateChange[] = [];
  compare({ before, after }, shown, "", changes, most);
  return changes;
}

/** The paths of {@link templateChanges}. */
export function changedFields(before: unknown, after: unknown): readonly string[] {
  return templateChanges(before, after).map(({ path }) => path);
}

/** Whether a change at this path changes that field, a part of it, or something that it is part of. */
export function concerns(path: string, field: string): boolean {
  const a = segmentsOf(path);
  const b = segmentsOf(field);
  const common = Math.min(a.length, b.length);
  return a.slice(0, common).every((segment, index) => isSame(segment, b[index] ?? ""));
}

/** Fields name items of lists by what tells them apart, changes by their place. */
function isSame(a: string, b: string): boolean {
  return a === b || /^\d+$/.test(a) || /^\d+$/.test(b);
}

function segmentsOf(path: string): readonly string[] {
  return path
    .replaceAll(/[[\]]/g, ".")
    .split(".")
    .filter((segment) => segment !== "");
}

function compare(
  { before, after }: Pair,
  shown: Pair,
  path: string,
  changes: TemplateChange[],
  most: number,
): void {
  if (changes.length >= most || Object.is(before, after) || ADDED.has(path)) return;
  // Absent metadata is empty metadata: what was added to it is named field by field.
  const isOpen = path === "" || path.startsWith("metadata");
  const left = fieldsOf(isOpen ? (before ?? {}) : before);
  const right = fieldsOf(isOpen ? (after ?? {}) : after);
  if (!left || !right) {
    if (!isEmpty(before) || !isEmpty(after)) changes.push({ path, ...shown });
    return;
  }
  const list = Array.isArray(before);
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const inner = list ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    compare(
      { before: left.get(key), after: right.get(key) },
      { before: fieldsOf(shown.before)?.get(key), after: fieldsOf(shown.after)?.get(key) },
      inner,
      changes,
      most,
    );
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || fieldsOf(value)?.size === 0;
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(value.map((item: unknown, index) => [nameOf(item) ?? String(index), item]));
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null || !("name" in item)) return undefined;
  return typeof item.name === "string" ? item.name : undefined;
}
