import { isLabelValue, isQualifiedName } from "../grammar.ts";
import { type PatchValue, podSpecPatch } from "../patch.ts";
import type { Taint, Toleration } from "./tolerations.ts";

/** The list is replaced as a whole by a patch, so it holds what the Pod has, without what admission adds by itself. */
export function tolerationsPatch(
  kind: string,
  present: readonly Toleration[],
  { key, value = "", effect }: Pick<Taint, "key"> & Partial<Taint>,
): string | undefined {
  const kept = present.filter((toleration) => !isAddedByAdmission(toleration));
  const checked = [
    value,
    effect ?? "",
    ...kept.flatMap((toleration) => [toleration.value ?? "", toleration.effect ?? ""]),
  ];
  const keys = kept.map((toleration) => toleration.key).filter((name) => name !== undefined && name !== "");
  if (!checked.every(isLabelValue) || !keys.every((name) => name !== undefined && isQualifiedName(name)))
    return undefined;
  const added = {
    key,
    operator: value ? "Equal" : "Exists",
    ...(value && { value }),
    ...(effect && { effect }),
  };
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
