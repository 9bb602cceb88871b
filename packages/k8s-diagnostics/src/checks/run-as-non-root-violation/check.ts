import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { startErrors } from "../../kube/exits/start-errors.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

/** Source: k8s.io/kubernetes pkg/kubelet/kuberuntime/security_context_others.go */
const PHRASES = [
  "has runAsNonRoot and image will run as root",
  "has runAsNonRoot and image has non-numeric user",
  "runAsUser breaks non-root policy",
];

export const runAsNonRootViolation = defineCheck({
  id: "run_as_non_root_violation",
  title: "Container may not run as root, and its image does",
  when: "runAsNonRoot is set and the kubelet found that the container would run as root, or cannot tell",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs"],
  supersedes: ["container_create_failed"],
  run: ({ objects }) =>
    startErrors(objects)
      .filter(({ message }) => PHRASES.some((phrase) => message.includes(phrase)))
      .map(({ place, evidence, message }) => {
        const named = message.includes("non-numeric user");
        return containerCause(place, {
          title: `Container ${place.name} of ${nameOf(place.workload)} must not run as root, and ${named ? "its image names its user by name only" : "would"}`,
          confidence: "certain",
          evidence: [evidence, ...settings(place)],
          details: { container: place.name },
          remedies: [
            {
              step: `Set ${place.field}.securityContext.runAsUser of ${nameOf(place.workload)} to the number of a user that the image can run as.`,
            },
            {
              step: `Or build ${place.field}.image of ${nameOf(place.workload)} with a numeric USER other than 0.`,
            },
          ],
        });
      }),
});

function settings({ pod, spec, workload, field }: Place) {
  const base = podSpecPath(workload.kind);
  const own = spec.securityContext ?? {};
  const shared = pod.spec?.securityContext ?? {};
  return (["runAsNonRoot", "runAsUser"] as const).flatMap((name) => {
    if (own[name] !== undefined)
      return [fieldEvidence(workload, `${field}.securityContext.${name}`, own[name])];
    if (shared[name] !== undefined)
      return [fieldEvidence(workload, `${base}.securityContext.${name}`, shared[name])];
    return [];
  });
}
