import { Minimatch } from "minimatch";

/** Names of tools, as policies and globs see them. */
const TOOL_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** A namespace is an RFC 1123 label. */
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Globs over tool names: `*`, `?`, `[abc]`, `[!abc]`. */
export const TOOL_GLOB = /^(?:[a-z0-9_*?]|\[!?[a-z0-9_-]+\]){1,128}$/;

/** Globs over namespaces: the same signs. */
export const NAMESPACE_GLOB = /^(?:[a-z0-9*?-]|\[!?[a-z0-9-]+\]){1,128}$/;

export function isToolName(name: string): boolean {
  return TOOL_NAME.test(name);
}

export function isNamespace(name: string): boolean {
  return NAMESPACE.test(name);
}

/** Whether an entry of a policy is a pattern rather than a name. */
export function isGlob(entry: string): boolean {
  return /[*?[]/.test(entry);
}

const compiled = new Map<string, Minimatch>();
const MOST_COMPILED = 1_000;

/** Whether a glob of a checked policy matches a name. Only names that passed {@link isToolName} or {@link isNamespace}. */
export function matches(glob: string, name: string): boolean {
  let pattern = compiled.get(glob);
  if (!pattern) {
    pattern = new Minimatch(glob, {
      nobrace: true,
      nocomment: true,
      noext: true,
      noglobstar: true,
      nonegate: true,
      platform: "linux",
    });
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    compiled.set(glob, pattern);
  }
  return pattern.match(name);
}

export function matchesAny(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => matches(glob, name));
}
