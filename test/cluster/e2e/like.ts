/**
 * What part of an object must look like: of a mapping the given fields; of a list, for each given element one that is
 * like it; of text and numbers the value itself, or `{contains}`, `{at_least}`, `{absent: true}`.
 */
export type Pattern =
  | string
  | number
  | boolean
  | null
  | readonly Pattern[]
  | { readonly [field: string]: Pattern };

/** Whether a value looks like the pattern says. */
export function isLike(value: unknown, pattern: Pattern): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((part: Pattern) => value.some((item) => isLike(item, part)));
  }
  if (typeof pattern !== "object" || pattern === null) return value === pattern;
  const { contains, at_least, absent, ...fields } = pattern as { readonly [field: string]: Pattern };
  if (absent === true) return value === undefined || value === null;
  if (typeof contains === "string") return typeof value === "string" && value.includes(contains);
  if (typeof at_least === "number") return typeof value === "number" && value >= at_least;
  if (typeof value !== "object" || value === null) return false;
  const record = value as Readonly<Record<string, unknown>>;
  return Object.entries(fields).every(([field, part]) => isLike(record[field], part));
}
