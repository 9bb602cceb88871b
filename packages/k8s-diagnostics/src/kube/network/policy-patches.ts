import { isLabelValue, isQualifiedName } from "../grammar.ts";
import { type PatchValue, toYaml } from "../patch.ts";
import type { Direction, PolicyRule } from "./traffic.ts";

/** A patch that sets the rules of a direction; undefined when they hold a text that must not stand in a patch. */
export function rulesPatch(
  rules: readonly (PolicyRule | PatchValue)[],
  direction: Direction,
): string | undefined {
  const checked = rules.map((each) => plain(each));
  if (checked.includes(undefined)) return undefined;
  const all = checked.filter((each) => each !== undefined);
  return toYaml({ spec: { [direction.toLowerCase()]: all } });
}

/** The same value where all its texts follow the rules for labels, names and address blocks. */
function plain(value: unknown, depth = 0): PatchValue | undefined {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string")
    return isLabelValue(value) || /^[0-9a-fA-F.:]{2,45}\/\d{1,3}$/.test(value) ? value : undefined;
  if (typeof value !== "object" || value === null || depth > 8) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item) => plain(item, depth + 1));
    return items.includes(undefined) ? undefined : items.filter((item) => item !== undefined);
  }
  const entries = Object.entries(value).map(([key, item]) => [key, plain(item, depth + 1)] as const);
  if (entries.some(([key, item]) => item === undefined || !isQualifiedName(key))) return undefined;
  return Object.fromEntries(entries) as PatchValue;
}
