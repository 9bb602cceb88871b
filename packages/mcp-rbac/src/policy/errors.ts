/**
 * Why a policy cannot be used:
 * - `policy_not_found`, `policy_unreadable`: there is no such file, or it may not be read
 * - `policy_syntax`: it is not YAML
 * - `policy_invalid`: it is YAML, but not a policy
 */
export type PolicyErrorCode = "policy_not_found" | "policy_unreadable" | "policy_syntax" | "policy_invalid";

/** One thing that is wrong in a policy file. `path` is dotted, such as `roles.operator.deny.0`; `line` starts at 1. */
export interface PolicyProblem {
  readonly path: string;
  readonly message: string;
  readonly line?: number;
}

/** A policy that cannot be used. `message` names file, lines and paths, and says what to write instead. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly code: PolicyErrorCode;
  readonly file: string;
  readonly problems: readonly PolicyProblem[];

  constructor(
    code: PolicyErrorCode,
    file: string,
    problems: readonly PolicyProblem[],
    options?: ErrorOptions,
  ) {
    super(problems.map((problem) => sentence(file, problem)).join("\n"), options);
    this.code = code;
    this.file = file;
    this.problems = problems;
  }
}

function sentence(file: string, { path, message, line }: PolicyProblem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return path === "" ? `${place}: ${message}` : `${place}: ${path}: ${message}`;
}
