import { isLabelValue, isQualifiedName } from "../grammar.ts";
import { type PatchValue, podSpecPatch } from "../patch.ts";
import type { Taint, Toleration } from "./tolerations.ts";

/** A taint as kubectl writes it. */
export function taintText({ key, value, effect }: Taint): string {
  return `${key}${value ? `=${value}` : ""}:${effect}`;
}

/**
 * A patch that adds a toleration of the taint to what is there. The list is replaced as a whole, so it holds what the
 * Pod has, without what admission adds by itself. Undefined when some text is not fit for it.
 */
export function tolerationsPatch(
  kind: string,
  present: readonly Toleration[],
  { key, value = "", effect }: Taint,
): string | undefined {
  const kept = present.filter((toleration) => !isAddedByAdmission(toleration));
  const checked = [
    value,
    effect,
    ...kept.flatMap((toleration) => [toleration.value ?? "", toleration.effect ?? ""]),
  ];
  const keys = kept.map((toleration) => toleration.key).filter((name) => name !== undefined && name !== "");
  if (!checked.every(isLabelValue) || !keys.every((name) => name !== undefined && isQualifiedName(name)))
    return undefined;
  const added = { key, operator: value ? "Equal" : "Exists", ...(value && { value }), effect };
  const tolerations: readonly PatchValue[] = [
    ...kept.map((toleration) => ({ ...toleration }) as PatchValue),
    added,
  ];
  return podSpecPatch(kind, { tolerations });
}

function isAddedByAdmission({ key, tolerationSeconds }: Toleration): boolean {
  return (
    tolerationSeconds === 300 &&
    (key === "node.kubernetes.io/not-ready" || key === "node.kubernetes.io/unreachable")
  );
}
