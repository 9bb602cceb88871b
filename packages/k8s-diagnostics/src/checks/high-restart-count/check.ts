import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { placesOf, stillMatters } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

const MANY = 5;
const CALM_SECONDS = 3_600;

export const highRestartCount = defineCheck({
  id: "high_restart_count",
  title: "Container was restarted many times",
  when: "a container was restarted more than 5 times; of low severity when it has been running and ready for over an hour",
  severity: "medium",
  level: "symptom",
  reads: ["pods", "replicaSets", "jobs"],
  run: ({ objects, asOf }) =>
    objects.pods.all
      .filter((pod) => restarts(pod.status?.containerStatuses) || restarts(pod.status?.initContainerStatuses))
      .filter((pod) => stillMatters(pod, objects))
      .flatMap((pod) => placesOf(pod, objects))
      .filter(({ status }) => (status?.restartCount ?? 0) > MANY)
      .map(({ podRef, name, role, status, statusPath }) => {
        const runs = secondsBetween(status?.state?.running?.startedAt, asOf) ?? 0;
        const isCalm =
          (runs > CALM_SECONDS && status?.ready === true) ||
          (role === "init" && status?.state?.terminated?.exitCode === 0);
        return {
          object: podRef,
          subject: name,
          title: `Container ${name} of ${nameOf(podRef)} was restarted ${status?.restartCount ?? 0} times`,
          confidence: "certain" as const,
          ...(isCalm && { severity: "low" as const }),
          evidence: [fieldEvidence(podRef, `${statusPath}.restartCount`, status?.restartCount)] as const,
          details: { container: name, restart_count: status?.restartCount ?? 0 },
        };
      }),
});

function restarts(statuses: readonly { readonly restartCount: number }[] | undefined): boolean {
  return statuses?.some(({ restartCount }) => restartCount > MANY) === true;
}
