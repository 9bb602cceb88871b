import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import { type NearWorkload, nearestWorkload, selectsNothing } from "../../kube/network/nearest-workload.ts";
import { toYaml } from "../../kube/patch.ts";
import { isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const serviceSelectorMismatch = defineCheck({
  id: "service_selector_mismatch",
  title: "Selector of a Service misses a workload by one label",
  when: "the selector of a Service matches no Pod and no template, while the labels of a workload differ from it in one key only",
  severity: "high",
  level: "cause",
  reads: ["services", "pods", "deployments", "statefulSets", "daemonSets", "replicaSets"],
  supersedes: ["service_without_backing_pods"],
  run: ({ objects }) =>
    objects.services.all
      .filter((service) => !isTerminating(service) && selectsNothing(service, objects))
      .flatMap((service) => {
        const near = nearestWorkload(service, objects);
        if (!near || !isQualifiedName(near.key)) return [];
        const object = refOf(service);
        const workload = refOf(near.workload);
        return [
          {
            object,
            subject: near.key,
            title: `The selector of ${nameOf(object)} matches no Pod: ${nameOf(workload)} differs in the label ${near.key}`,
            confidence: near.others === 0 ? ("certain" as const) : ("likely" as const),
            evidence: [
              fieldEvidence(object, `spec.selector[${near.key}]`, near.wanted),
              fieldEvidence(workload, `spec.template.metadata.labels[${near.key}]`, near.present),
            ] as const,
            affects: [object],
            related: [workload],
            remedies: [remedyFor(service, near)],
          },
        ];
      }),
});

function remedyFor(
  service: ObjectOf<"services">,
  { key, wanted, present, renamed, workload }: NearWorkload,
): Remedy {
  const name = nameOf(refOf(service));
  const other = nameOf(refOf(workload));
  if (present !== undefined) {
    return {
      step: `Set spec.selector of ${name} at ${key} to the value that the template of ${other} has.`,
      ...(isLabelValue(present) && { patch: toYaml({ spec: { selector: { [key]: present } } }) }),
    };
  }
  if (renamed !== undefined && isQualifiedName(renamed) && isLabelValue(wanted)) {
    return {
      step: `Replace the key ${key} in spec.selector of ${name} by ${renamed}, which the template of ${other} has.`,
      patch: toYaml({ spec: { selector: { [key]: null, [renamed]: wanted } } }),
    };
  }
  const isOnlyKey = Object.keys(service.spec?.selector ?? {}).length === 1;
  return {
    step: `Add the label ${key} to the template of ${other}, or select it by labels that it has.`,
    ...(!isOnlyKey && { patch: toYaml({ spec: { selector: { [key]: null } } }) }),
  };
}
