import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "js-yaml";
import type { Pattern } from "./like.ts";

/** Something that must be seen in the cluster: objects of a kind, of a name or all, that look like the pattern. */
export interface Condition {
  readonly kind: string;
  readonly name?: string;
  /** Default: the scenario's own; of cluster-scoped kinds none. */
  readonly namespace?: string;
  readonly like?: Pattern;
  /** How many objects at least. Default 1; 0 means that there must be none. */
  readonly count?: number;
}

/** A further step, made as soon as the conditions hold: kubectl's arguments, in the scenario's folder and namespace. */
export interface Step {
  readonly when: readonly Condition[];
  readonly kubectl: readonly string[];
}

/** What a user would ask. */
export interface Target {
  readonly tool: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** Asks about the first Pod with these labels, whose name cannot be known beforehand. */
  readonly pod?: Readonly<Record<string, string>>;
}

export interface ExpectedCause {
  readonly code: string;
  readonly object: { readonly kind: string; readonly name: string };
}

/** A broken, or healthy, piece of a cluster, and what must be said of it. */
export interface Scenario {
  readonly name: string;
  readonly folder: string;
  readonly namespace: string;
  readonly title: string;
  readonly targets: readonly Target[];
  /** `false`: only these targets are asked, and not what others would ask about the same fault. */
  readonly alike?: boolean;
  /** Absent: it is healthy, and nothing of high or medium severity may be reported. */
  readonly cause?: ExpectedCause;
  /** Further faults that have nothing to do with the first: these and no other causes may be told. */
  readonly also?: readonly ExpectedCause[];
  readonly steps: readonly Step[];
  /** What must be visible before anybody is asked, within how many seconds. */
  readonly settle: {
    readonly seconds: number;
    readonly until: readonly Condition[];
    /** For how many seconds it must have been so: what is young may be quite normal. */
    readonly rest?: number;
  };
  /** kubectl calls that must come before the namespace can be deleted. */
  readonly cleanup: readonly (readonly string[])[];
}

interface ExpectedFile extends Omit<Scenario, "name" | "folder" | "namespace" | "steps" | "cleanup"> {
  readonly healthy?: true;
  readonly steps?: readonly Step[];
  readonly cleanup?: readonly (readonly string[])[];
}

export const SCENARIOS = fileURLToPath(new URL("../scenarios/", import.meta.url));

/** All scenarios, or those whose names are given. */
export function loadScenarios(only: readonly string[] = []): readonly Scenario[] {
  return readdirSync(SCENARIOS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && (only.length === 0 || only.includes(entry.name)))
    .map(({ name }) => loadScenario(name, join(SCENARIOS, name), `scenario-${name}`));
}

/** @throws Error when neither a cause nor `healthy: true` is expected, or nothing is waited for */
export function loadScenario(name: string, folder: string, namespace: string): Scenario {
  const expected = load(readFileSync(join(folder, "expected.yaml"), "utf8")) as ExpectedFile;
  if ((expected.cause === undefined) !== (expected.healthy === true)) {
    throw new Error(`scenario ${name}: expected.yaml must have either a cause or healthy: true`);
  }
  if (expected.settle.until.length === 0) throw new Error(`scenario ${name} waits for nothing`);
  return {
    ...expected,
    name,
    folder,
    namespace,
    steps: expected.steps ?? [],
    cleanup: expected.cleanup ?? [],
  };
}
