import { redactText } from "@k8s-ops/k8s-cluster";
import { type PatchValue, podSpecPatch, toYaml } from "./patch.ts";

type Copy = PatchValue | undefined;
type Step = string | number | { readonly name: string };

/** What may stand in a copied list: names, paths, hosts, amounts. */
const WORD = /^[-A-Za-z0-9._:/@+=*,~]{0,300}$/;
const STEP = /\[([^\]]*)\]|([^.[\]]+)/g;

/**
 * A patch that sets one field. A list with a number in its path can only be replaced as a whole, so it is copied from
 * the object; there is no patch where it holds more than plain words. `[app]` is an item of that name, merged by it.
 * @param field Such as `spec.rules[0].http.paths[1].backend.service.name`
 * @param value Checked; `null` removes the field
 */
export function fieldPatch(object: unknown, field: string, value: PatchValue): { readonly patch?: string } {
  const patch = nested(object, stepsOf(field), value);
  return patch === undefined ? {} : { patch: toYaml(patch) };
}

/** The same for a field of a Pod's spec that a workload of this kind makes its Pods with. */
export function podFieldPatch(
  kind: string,
  spec: unknown,
  field: string,
  value: PatchValue,
): { readonly patch?: string } {
  const change = nested(spec, stepsOf(field), value);
  return isRecord(change) ? { patch: podSpecPatch(kind, change) } : {};
}

/** A patch that adds an item to a list that can only be replaced as a whole. */
export function appendPatch(object: unknown, field: string, item: PatchValue): { readonly patch?: string } {
  const steps = stepsOf(field);
  const list = plainCopy(steps.reduce<unknown>((inner, step) => childOf(inner, String(step)), object) ?? []);
  return Array.isArray(list) ? fieldPatch(object, field, [...list, item]) : {};
}

function stepsOf(field: string): readonly Step[] {
  return [...field.matchAll(STEP)].map(([, bracket, key = ""]) => {
    if (bracket === undefined) return key;
    return /^\d+$/.test(bracket) ? Number(bracket) : { name: bracket };
  });
}

/** Only what is changed, down to the first list that must be copied. */
function nested(current: unknown, steps: readonly Step[], value: PatchValue): Copy {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === "number") {
    const copy = plainCopy(current);
    return copy === undefined ? undefined : replaced(copy, steps, value);
  }
  const isItem = typeof step === "object";
  const inner = nested(isItem ? itemOf(current, step.name) : childOf(current, step), rest, value);
  if (inner === undefined) return undefined;
  if (!isItem) return { [step]: inner };
  return isRecord(inner) ? [{ ...step, ...inner }] : undefined;
}

/** The copy with the field set; what is set to null is left out. */
function replaced(copy: Copy, steps: readonly Step[], value: PatchValue): Copy {
  const [step, ...rest] = steps;
  if (step === undefined) return withoutNull(value);
  if (typeof step === "object") return undefined;
  const inner = replaced(childOf(copy, step) as Copy, rest, value);
  if (typeof step === "number") {
    if (!Array.isArray(copy) || step >= copy.length || inner === undefined) return undefined;
    return copy.map((item: PatchValue, index) => (index === step ? inner : item));
  }
  if (copy !== undefined && !isRecord(copy)) return undefined;
  const others: Readonly<Record<string, PatchValue>> = Object.fromEntries(
    Object.entries(copy ?? {}).filter(([key]) => key !== step),
  );
  return inner === undefined || inner === null ? others : { ...others, [step]: inner };
}

function withoutNull(value: PatchValue): PatchValue {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null));
}

/** Data from the cluster that may stand in a patch; undefined where a text is more than a word. */
export function plainCopy(value: unknown): Copy {
  if (typeof value === "string") return WORD.test(value) && redactText(value) === value ? value : undefined;
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(plainCopy);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const copies = entries.map(([key, inner]) => [key, plainCopy(inner)] as const);
  return copies.every(
    (entry): entry is readonly [string, PatchValue] => WORD.test(entry[0]) && entry[1] !== undefined,
  )
    ? Object.fromEntries(copies)
    : undefined;
}

function itemOf(list: unknown, name: string): unknown {
  return Array.isArray(list) ? list.find((item) => isRecord(item) && item.name === name) : undefined;
}

function childOf(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return value[Number(step)];
  return isRecord(value) ? value[String(step)] : undefined;
}

function isRecord(value: unknown): value is { readonly [key: string]: PatchValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
