import { isDnsLabel, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence } from "../../check.ts";
import { CREATE_READS, createFailures } from "../../kube/admission/create-failures.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { setResources } from "../../kube/resource-remedies.ts";

/** As the API server words it; before 1.28 without the limit's value. */
const REFUSAL =
  /spec\.(containers|initContainers)\[(\d{1,3})\]\.resources\.requests: Invalid value: \\?"([^"\\]{1,40})\\?": must be less than or equal to (\S{1,317}) limit/;

export const limitRangeDefaultConflict = defineCheck({
  id: "limit_range_default_conflict",
  title: "The default limit of a LimitRange is below what the Pod template requests",
  when: "a controller lacks Pods because a container requests more than the limit that a LimitRange gives it, which states none itself",
  severity: "high",
  level: "cause",
  reads: [...CREATE_READS, "limitRanges"],
  supersedes: ["replicas_not_created"],
  run: ({ objects }) =>
    createFailures(objects).flatMap(({ owner, workload, base, template, message, evidence }) => {
      const [match, list = "containers", index, , resource = ""] = REFUSAL.exec(message) ?? [];
      const role = list === "initContainers" ? ("initContainers" as const) : ("containers" as const);
      const container = template?.[role]?.[Number(index)];
      const request = container?.resources?.requests?.[resource];
      if (match === undefined || !container || request === undefined || !isDnsLabel(container.name))
        return [];
      if (container.resources?.limits?.[resource] !== undefined || !isQualifiedName(resource)) return [];
      const source = defaultOf(owner.namespace, resource, request, objects);
      const field = `${base}.${role}[${container.name}].resources`;
      const isPlain = parseQuantity(request) !== undefined;
      return [
        {
          object: workload,
          subject: container.name,
          title: `Container ${container.name} of ${nameOf(workload)} requests more ${resource} than the default limit of namespace ${owner.namespace} allows`,
          confidence: source ? ("certain" as const) : ("likely" as const),
          evidence: [
            evidence,
            fieldEvidence(workload, `${field}.requests[${resource}]`, request),
            fieldEvidence(workload, `${field}.limits[${resource}]`, undefined),
            ...(source ? [source.evidence] : []),
          ] as const,
          affects: [owner],
          ...(source && { related: [source.ref] }),
          remedies: [
            {
              step: `Set ${field}.limits[${resource}] of ${nameOf(workload)} to at least its request.`,
              ...(isPlain &&
                setResources(workload, [
                  { container: container.name, role, limits: { [resource]: request } },
                ])),
            },
            {
              step: source
                ? `Or raise the default ${resource} limit of ${nameOf(source.ref)}.`
                : `Or lower ${field}.requests[${resource}].`,
              ...(source && { object: source.ref }),
            },
          ],
        },
      ];
    }),
});

function defaultOf(
  namespace: string,
  resource: string,
  request: string,
  objects: Pick<Objects, "limitRanges">,
): { readonly ref: ReturnType<typeof refOf>; readonly evidence: Evidence } | undefined {
  for (const range of objects.limitRanges.in(namespace)) {
    for (const [index, limit] of (range.spec?.limits ?? []).entries()) {
      const given = limit.type === "Container" ? limit.default?.[resource] : undefined;
      if (given === undefined || (parseQuantity(given) ?? Infinity) >= (parseQuantity(request) ?? 0))
        continue;
      const ref = refOf(range);
      return { ref, evidence: fieldEvidence(ref, `spec.limits[${index}].default[${resource}]`, given) };
    }
  }
  return undefined;
}
