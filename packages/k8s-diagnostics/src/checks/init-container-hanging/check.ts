import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { containerCause, type Place, unhealthyPlaces } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

/** Restoring data or loading a model may take a while. */
const PATIENCE_SECONDS = 3600;
const SETTLING_SECONDS = 30;

export const initContainerHanging = defineCheck({
  id: "init_container_hanging",
  title: "Init container does not end",
  when: "an init container (no sidecar) has run for an hour, or for half a minute where the Deployment's progress deadline is over, and nothing else tells why",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "deployments"],
  run: ({ objects, asOf }) =>
    unhealthyPlaces(objects).flatMap((place) => {
      if (place.role !== "init") return [];
      const since = place.status?.state?.running?.startedAt;
      const runs = secondsBetween(since, asOf) ?? 0;
      const deadline = missedDeadline(place, objects);
      if (runs < (deadline ? SETTLING_SECONDS : PATIENCE_SECONDS)) return [];
      const workload = nameOf(place.workload);
      return [
        containerCause(place, {
          title: `Init container ${place.name} of ${workload} does not end, so that its Pods do not start`,
          confidence: "likely",
          evidence: [
            fieldEvidence(place.podRef, `${place.statusPath}.state.running.startedAt`, since),
            fieldEvidence(place.workload, `${place.field}.command`, place.spec.command ?? place.spec.args),
            ...(deadline ? [fieldEvidence(place.workload, "status.conditions[Progressing]", deadline)] : []),
          ],
          // What it waits for goes before that it waits.
          because: [place.podRef],
          details: { container: place.name, running_seconds: Math.round(runs) },
          remedies: [
            {
              step: `Find out what init container ${place.name} of ${workload} waits for, and let ${place.field} end with an error after some time instead of waiting for ever.`,
            },
          ],
        }),
      ];
    }),
});

function missedDeadline({ workload }: Place, { deployments }: Pick<Objects, "deployments">) {
  const deployment =
    workload.kind === "Deployment" ? deployments.get(workload.namespace, workload.name) : undefined;
  return deployment?.status?.conditions?.find(
    ({ type, status, reason }) =>
      type === "Progressing" && status === "False" && reason === "ProgressDeadlineExceeded",
  );
}
