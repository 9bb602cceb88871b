import { ClusterError } from "../errors.ts";

/** Values of query parameters; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The path and query of a request, built so that no segment can lead to another path: an API server decodes and
 * cleans paths, so `..`, `a/b` and their encoded forms would otherwise name another object or a whole collection.
 * Source of the rule: k8s.io/apimachinery pkg/api/validation/path
 * @param basePath path of the server's URL, for servers behind a prefix
 * @throws ClusterError `invalid_name`
 */
export function requestPath(basePath: string, segments: readonly string[], query: Query = {}): string {
  const base = basePath.replace(/\/+$/, "");
  const path = `${base}/${segments.map(encodeSegment).join("/")}`;
  if (new URL(path, "http://server").pathname !== path) throw invalidSegment();
  const parameters = new URLSearchParams(
    Object.entries(query).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)] as [string, string]],
    ),
  ).toString();
  return parameters === "" ? path : `${path}?${parameters}`;
}

function encodeSegment(segment: string): string {
  if (segment === "" || segment === "." || segment === "..") throw invalidSegment();
  if (/[/\\%\p{Cc}]/u.test(segment) || !segment.isWellFormed()) throw invalidSegment();
  return encodeURIComponent(segment);
}

function invalidSegment(): ClusterError {
  return new ClusterError(
    "invalid_name",
    'A name in a request must not be empty, "." or "..", nor contain "/", "\\", "%" or control characters.',
  );
}
