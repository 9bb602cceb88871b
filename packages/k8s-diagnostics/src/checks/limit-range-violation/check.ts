import { defineCheck, type Evidence } from "../../check.ts";
import { CREATE_READS, type CreateFailure, createFailures } from "../../kube/admission/create-failures.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf } from "../../kube/refs.ts";
import { setResources } from "../../kube/resource-remedies.ts";
import { changesFor, type Violation } from "./change.ts";
import { loggedViolations } from "./logged.ts";
import { limitRangeOf, parseViolation, WORDS } from "./violation.ts";

export const limitRangeViolation = defineCheck({
  id: "limit_range_violation",
  title: "The Pod template breaks a LimitRange",
  when: "a controller lacks Pods because their requests or limits lie outside of what a LimitRange of the namespace allows; or a program logs again and again, or as it ends, that what it creates itself is refused so",
  severity: "high",
  level: "cause",
  reads: [...CREATE_READS, "limitRanges", "pods", "logs"],
  supersedes: ["replicas_not_created", "container_exits_with_error"],
  run: ({ objects, asOf }) => [
    ...createFailures(objects).flatMap((failure) => {
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
    ...loggedViolations(objects, asOf),
  ],
});

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
