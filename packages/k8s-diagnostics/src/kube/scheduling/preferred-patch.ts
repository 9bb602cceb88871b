import { plainCopy } from "../field-patch.ts";
import { podSpecPatch } from "../patch.ts";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
const WEIGHT = 100;

/** The patch that makes required terms between Pods a wish; none where they hold more than names. */
export function preferredPatch(
  kind: string,
  rule: "podAffinity" | "podAntiAffinity",
  terms: readonly unknown[],
): { readonly patch?: string } {
  const copies = terms.map(plainCopy);
  if (!copies.every((copy) => copy !== undefined)) return {};
  const wishes = copies.map((podAffinityTerm) => ({ weight: WEIGHT, podAffinityTerm }));
  return {
    patch: podSpecPatch(kind, { affinity: { [rule]: { [REQUIRED]: null, [PREFERRED]: wishes } } }),
  };
}
