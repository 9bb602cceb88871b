import { parseArgs } from "node:util";
import { UsageError } from "./usage.ts";

export const OPTIONS = {
  snapshot: { type: "string" },
  kubeconfig: { type: "string" },
  context: { type: "string" },
  contexts: { type: "string" },
  policy: { type: "string" },
  user: { type: "string" },
  "max-bytes": { type: "string" },
  timeout: { type: "string" },
  out: { type: "string" },
  namespace: { type: "string" },
  tool: { type: "string" },
  "audit-key": { type: "string" },
  "signing-key": { type: "string" },
  "state-dir": { type: "string" },
  "state-namespace": { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

export interface Options {
  readonly snapshot?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly contexts: readonly string[];
  readonly policy?: string;
  readonly user?: string;
  readonly maxBytes?: number;
  readonly deadlineMs?: number;
  readonly out?: string;
  readonly namespace?: string;
  readonly tool?: string;
  /** The file that holds the key of the audit log. */
  readonly auditKey?: string;
  /** The file that holds the key of plans, shared by all replicas. */
  readonly signingKey?: string;
  /** Where the audit log and a key of its own are kept. */
  readonly stateDir?: string;
  /** Where in the cluster the record of actions is kept. */
  readonly stateNamespace?: string;
  readonly help: boolean;
  readonly version: boolean;
  readonly positionals: readonly string[];
}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parsed(args);
  const {
    contexts,
    timeout,
    help = false,
    version = false,
    "max-bytes": maxBytes,
    "audit-key": auditKey,
    "signing-key": signingKey,
    "state-dir": stateDir,
    "state-namespace": stateNamespace,
    ...texts
  } = values;
  return {
    ...texts,
    contexts: contexts?.split(",").filter((name) => name !== "") ?? [],
    ...(maxBytes !== undefined && { maxBytes: within("--max-bytes", maxBytes, 2_048, 1_048_576) }),
    ...(timeout !== undefined && { deadlineMs: within("--timeout", timeout, 1, 600) * 1_000 }),
    ...(auditKey !== undefined && { auditKey }),
    ...(signingKey !== undefined && { signingKey }),
    ...(stateDir !== undefined && { stateDir }),
    ...(stateNamespace !== undefined && { stateNamespace }),
    help,
    version,
    positionals,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function within(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`${option} must be a whole number from ${min} to ${max}.`);
}
