import type { Objects } from "@k8s-ops/k8s-cluster";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { refOf } from "../../kube/refs.ts";
import type { Violation } from "./change.ts";

const BOUND =
  /\b(minimum|maximum) (\S{1,317}) usage per (Container|Pod|PersistentVolumeClaim) is ([^\s,]{1,40}?)[.,](?: but (request|limit) is ([^\s,\]]{1,40})|\s+No (request|limit) is specified)/;
const RATIO = /\b(\S{1,317}) max limit to request ratio per (Container|Pod) is ([^\s,]{1,40}),/;

export const WORDS = {
  min: "to at least",
  max: "to at most",
  maxLimitRequestRatio: "so that limit / request is at most",
} as const;

/** What the words of the admission plugin LimitRanger tell, if they are its. */
export function parseViolation(message: string): Violation | undefined {
  const bound = BOUND.exec(message);
  if (bound?.[2] && isQualifiedName(bound[2])) {
    const side = bound[5] ?? bound[7];
    return {
      bound: bound[1] === "minimum" ? "min" : "max",
      resource: bound[2],
      type: bound[3] ?? "",
      allowed: bound[4] ?? "",
      side: side === undefined ? undefined : side === "limit" ? "limits" : "requests",
    };
  }
  const ratio = RATIO.exec(message);
  if (!ratio?.[1] || !isQualifiedName(ratio[1])) return undefined;
  return {
    bound: "maxLimitRequestRatio",
    resource: ratio[1],
    type: ratio[2] ?? "",
    allowed: ratio[3] ?? "",
    side: undefined,
  };
}

/** The LimitRange that sets the bound, if it was read. */
export function limitRangeOf(
  namespace: string,
  { resource, type, bound, allowed }: Violation,
  objects: Pick<Objects, "limitRanges">,
) {
  for (const range of objects.limitRanges.in(namespace)) {
    const index = (range.spec?.limits ?? []).findIndex(
      (limit) => limit.type === type && parseQuantity(limit[bound]?.[resource]) === parseQuantity(allowed),
    );
    const value = range.spec?.limits[index]?.[bound]?.[resource];
    if (index >= 0 && value !== undefined) {
      const ref = refOf(range);
      return { ref, evidence: [fieldEvidence(ref, `spec.limits[${index}].${bound}[${resource}]`, value)] };
    }
  }
  return { ref: undefined, evidence: [] };
}
