import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence } from "../../check.ts";
import { CREATE_READS, type CreateFailure, createFailures } from "../../kube/admission/create-failures.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { setResources } from "../../kube/resource-remedies.ts";
import { changesFor, type Violation } from "./change.ts";

const BOUND =
  /\b(minimum|maximum) (\S{1,317}) usage per (Container|Pod|PersistentVolumeClaim) is ([^\s,]{1,40}?)[.,](?: but (request|limit) is ([^\s,\]]{1,40})|\s+No (request|limit) is specified)/;
const RATIO = /\b(\S{1,317}) max limit to request ratio per (Container|Pod) is ([^\s,]{1,40}),/;

export const limitRangeViolation = defineCheck({
  id: "limit_range_violation",
  title: "The Pod template breaks a LimitRange",
  when: "a controller lacks Pods because their requests or limits lie outside of what a LimitRange of the namespace allows",
  severity: "high",
  level: "cause",
  reads: [...CREATE_READS, "limitRanges"],
  supersedes: ["replicas_not_created"],
  run: ({ objects }) =>
    createFailures(objects).flatMap((failure) => {
      const { owner, workload, base, message, evidence } = failure;
      const violation = parseViolation(message);
      if (!violation) return [];
      const { resource, bound, allowed, side } = violation;
      const source = limitRangeOf(owner.namespace, violation, objects);
      const amount = parseQuantity(allowed) === undefined ? "what the LimitRange allows" : allowed;
      return [
        {
          object: workload,
          title: `The resources of ${nameOf(workload)} break the LimitRange of namespace ${owner.namespace}`,
          confidence: "certain" as const,
          evidence: [evidence, ...templateEvidence(failure, violation), ...source.evidence] as const,
          affects: [owner],
          ...(source.ref && { related: [source.ref] }),
          remedies: [
            {
              step: `Set ${base}.containers[].resources${side ? `.${side}` : ""}[${resource}] of ${nameOf(workload)} ${WORDS[bound]} ${amount}.`,
              ...setResources(workload, changesFor(failure.template, violation)),
            },
            {
              step: source.ref ? `Or change ${nameOf(source.ref)}.` : "Or change the LimitRange.",
              ...(source.ref && { object: source.ref }),
            },
          ],
          details: { ...violation, side: side ?? null },
        },
      ];
    }),
});

const WORDS = {
  min: "to at least",
  max: "to at most",
  maxLimitRequestRatio: "so that limit / request is at most",
} as const;

function parseViolation(message: string): Violation | undefined {
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

/** The containers' values of the resource, in the order of the template. */
function templateEvidence(
  { workload, base, template }: CreateFailure,
  { resource, side }: Violation,
): readonly Evidence[] {
  return (template?.containers ?? []).flatMap(({ name, resources }) => {
    const sides = side ? [side] : (["requests", "limits"] as const);
    return sides.flatMap((one) => {
      const value = resources?.[one]?.[resource];
      return value === undefined
        ? []
        : [fieldEvidence(workload, `${base}.containers[${name}].resources.${one}[${resource}]`, value)];
    });
  });
}

function limitRangeOf(
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
