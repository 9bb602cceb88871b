/** An image reference that follows the grammar of the distribution project. */
export interface ImageReference {
  /** e.g. `docker.io`, `registry.example:5000`. */
  readonly registry: string;
  /** Without the registry, e.g. `library/nginx`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const REGISTRY = /^(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,128}$/;

/**
 * Undefined when it is no valid reference. Images without a registry come from `docker.io`.
 * Source: github.com/distribution/reference
 */
export function parseImage(text: string | undefined): ImageReference | undefined {
  if (text === undefined || text.length > 512) return undefined;
  const [named = "", digest, ...more] = text.split("@");
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  const path = (hasTag ? named.slice(0, colon) : named).split("/");
  const first = path[0] ?? "";
  const hasRegistry = path.length > 1 && (/[.:]/.test(first) || first === "localhost");
  const registry = hasRegistry ? first : "docker.io";
  const components = hasRegistry ? path.slice(1) : path.length === 1 ? ["library", ...path] : path;
  if (!REGISTRY.test(registry) || !components.every((part) => COMPONENT.test(part))) return undefined;
  return {
    registry: registry === "index.docker.io" ? "docker.io" : registry,
    repository: components.join("/"),
    tag,
    digest,
  };
}

/** Whether both name the same repository. */
export function sameRepository(a: ImageReference, b: ImageReference): boolean {
  return a.registry === b.registry && a.repository === b.repository;
}

/** The image as written, with another tag and without a digest. */
export function withTag(image: string, tag: string): string {
  const named = image.split("@")[0] ?? "";
  const colon = named.lastIndexOf(":");
  return `${colon > named.lastIndexOf("/") ? named.slice(0, colon) : named}:${tag}`;
}
