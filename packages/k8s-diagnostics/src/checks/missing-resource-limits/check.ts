import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { placesOf } from "../../kube/places.ts";
import { isFinished, isTerminating } from "../../kube/pods.ts";
import { nameOf } from "../../kube/refs.ts";

export const missingResourceLimits = defineCheck({
  id: "missing_resource_limits",
  title: "Container has no limit for CPU or memory",
  when: "a container that runs as long as its Pod has no limit for CPU or memory, and the Pod has none for all of them",
  severity: "low",
  level: "symptom",
  reads: ["pods", "replicaSets", "jobs"],
  run: ({ objects }) =>
    objects.pods.all
      .filter((pod) => !isFinished(pod) && !isTerminating(pod))
      .flatMap((pod) => placesOf(pod, objects))
      .filter(({ role }) => role !== "init")
      .flatMap(({ pod, podRef, name, spec, specPath, field, workload }) => {
        const limits = { ...pod.spec?.resources?.limits, ...spec.resources?.limits };
        const missing = ["cpu", "memory"].filter((resource) => limits[resource] === undefined);
        if (missing.length === 0) return [];
        return [
          {
            object: podRef,
            subject: name,
            title: `Container ${name} of ${nameOf(podRef)} has no limit for ${missing.join(" and ")}`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(podRef, `spec.${specPath}.resources.limits`, spec.resources?.limits),
            ] as const,
            details: { container: name, missing },
            remedies: [{ step: `Set ${field}.resources.limits of ${nameOf(workload)}.` }],
          },
        ];
      }),
});
