import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { builtInPolicy, DEFAULT_POLICY_FILE } from "./defaults.ts";
import { PolicyError } from "./errors.ts";
import { parsePolicy } from "./parse.ts";
import type { Policy } from "./schema.ts";

/** Where the policy is: the file of `--policy`, else `rbac_policy.yaml` in the working directory, which need not exist. */
export interface PolicyLocation {
  readonly file?: string;
  readonly directory: string;
}

/** The file that {@link loadPolicy} reads. */
export function policyPath({ file, directory }: PolicyLocation): string {
  return file ?? join(directory, DEFAULT_POLICY_FILE);
}

/**
 * Reads the policy, or takes the built-in one when no file was named and none is there; {@link policyWarnings} says so.
 * A file that was named must exist.
 *
 * @throws PolicyError
 */
export async function loadPolicy(location: PolicyLocation): Promise<Policy> {
  try {
    return await readPolicy(policyPath(location));
  } catch (error) {
    const none = error instanceof PolicyError && error.code === "policy_not_found";
    if (none && location.file === undefined) return builtInPolicy;
    throw error;
  }
}

/** @throws PolicyError */
export async function readPolicy(path: string): Promise<Policy> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return parsePolicy(text, path);
}

/** A file system error as a policy error. */
export function unreadable(path: string, cause: unknown): PolicyError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  if (code === "ENOENT") {
    const message = "there is no such file. Name an existing policy file, or write one.";
    return new PolicyError("policy_not_found", path, [{ path: "", message }], { cause });
  }
  const message = `cannot be read (${code}). It must be a file that this user may read.`;
  return new PolicyError("policy_unreadable", path, [{ path: "", message }], { cause });
}
