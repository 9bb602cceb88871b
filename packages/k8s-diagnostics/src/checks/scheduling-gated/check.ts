import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { toYaml } from "../../kube/patch.ts";
import { isTerminating, podCondition } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { podsOf } from "../../kube/scheduling/placement-failures.ts";
import { secondsBetween } from "../../kube/time.ts";

/** A gate that a queue opens at once is no trouble. */
const PATIENCE_SECONDS = 60;

export const schedulingGated = defineCheck({
  id: "scheduling_gated",
  title: "Scheduling gates hold the Pod back",
  when: "a Pod has had scheduling gates for more than a minute, so that the scheduler does not look at it",
  severity: "medium",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs"],
  run: ({ objects, asOf }) =>
    objects.pods.all.flatMap((pod) => {
      const gates = pod.spec?.schedulingGates ?? [];
      if (
        gates.length === 0 ||
        podCondition(pod, "PodScheduled")?.reason !== "SchedulingGated" ||
        isTerminating(pod)
      )
        return [];
      if ((secondsBetween(pod.metadata.creationTimestamp, asOf) ?? Infinity) < PATIENCE_SECONDS) return [];
      const workload = workloadOf(pod, objects);
      return [
        {
          object: workload,
          title: `Scheduling gates hold ${podsOf(workload)} back`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(refOf(pod), "spec.schedulingGates", gates.map(({ name }) => name).join(", ")),
            fieldEvidence(refOf(pod), "status.conditions[PodScheduled].reason", "SchedulingGated"),
          ] as const,
          affects: [refOf(pod)],
          remedies: [
            {
              step: `Find out why the controller that owns the gate in spec.schedulingGates of ${nameOf(refOf(pod))} does not remove it: a queue without room, or a controller that does not run.`,
            },
            {
              step: `Or remove ${podSpecPath(workload.kind)}.schedulingGates, when nothing is meant to open the gate; the patch does it for ${nameOf(refOf(pod))}.`,
              object: refOf(pod),
              ...(gates.every(({ name }) => isQualifiedName(name)) && {
                patch: toYaml({
                  spec: { schedulingGates: gates.map(({ name }) => ({ name, $patch: "delete" })) },
                }),
              }),
            },
          ],
          details: { gates: gates.map(({ name }) => name) },
        },
      ];
    }),
});
