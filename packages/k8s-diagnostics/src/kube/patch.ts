import { podSpecPath } from "./owners.ts";
import type { Place } from "./places.ts";

/** Plain data that a patch is made of. */
export type PatchValue =
  | string
  | number
  | boolean
  | null
  | readonly PatchValue[]
  | { readonly [key: string]: PatchValue };

/** A strategic merge patch of the place's workload that changes this container. */
export function containerPatch(
  { workload, role, name }: Place,
  change: Readonly<Record<string, PatchValue>>,
): string {
  return podSpecPatch(workload.kind, {
    [role === "container" ? "containers" : "initContainers"]: [{ name, ...change }],
  });
}

/** A strategic merge patch of a workload that changes its Pod template's spec. */
export function podSpecPatch(kind: string, change: Readonly<Record<string, PatchValue>>): string {
  return toYaml(
    podSpecPath(kind)
      .split(".")
      .reduceRight<PatchValue>((inner, key) => ({ [key]: inner }), change),
  );
}

/** Nests a change below a path of keys and of names of list items, which strategic merge patches merge by. */
export function nest(
  [step, ...rest]: readonly (string | { readonly name: string })[],
  change: Readonly<Record<string, PatchValue>>,
): Readonly<Record<string, PatchValue>> {
  if (step === undefined) return change;
  const inner = nest(rest, change);
  if (typeof step !== "string") return { name: step.name, ...inner };
  return { [step]: typeof rest[0] === "object" ? [inner] : inner };
}

const PLAIN = /^[A-Za-z][-A-Za-z0-9_./]*$/;
/** Words that YAML 1.1 readers take for something else than a string. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** Block YAML; strings that YAML could read as something else are quoted as JSON. */
export function toYaml(value: PatchValue, indent = ""): string {
  if (isScalar(value)) return `${scalar(value)}\n`;
  if (Array.isArray(value)) {
    return value
      .map(
        (item: PatchValue) =>
          `${indent}- ${toYaml(item, `${indent}  `).slice(isScalar(item) ? 0 : indent.length + 2)}`,
      )
      .join("");
  }
  return Object.entries(value)
    .map(([key, item]: [string, PatchValue]) =>
      isScalar(item)
        ? `${indent}${scalar(key)}: ${toYaml(item)}`
        : `${indent}${scalar(key)}:\n${toYaml(item, `${indent}  `)}`,
    )
    .join("");
}

function isScalar(value: PatchValue): value is string | number | boolean | null {
  return typeof value !== "object" || value === null || Object.keys(value).length === 0;
}

function scalar(value: PatchValue): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return PLAIN.test(value) && !RESERVED.test(value) ? value : JSON.stringify(value);
}
