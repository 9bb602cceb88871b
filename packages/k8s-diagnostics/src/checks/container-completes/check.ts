import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { exitsOf, isDown } from "../../kube/exits/exits.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

export const containerCompletes = defineCheck({
  id: "container_completes",
  title: "Container that should keep running ends without an error",
  when: "a container ended with code 0 in a Pod whose containers are always restarted, and is down or keeps restarting",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs"],
  run: ({ objects, asOf }) =>
    exitsOf(objects, asOf)
      .filter(({ place, terminated }) => place.role !== "init" && terminated.exitCode === 0)
      .filter(({ place }) => (place.pod.spec?.restartPolicy ?? "Always") === "Always")
      .map((exit) => {
        const { place, terminated, path } = exit;
        return containerCause(place, {
          title: `The program of container ${place.name} of ${nameOf(place.workload)} ends by itself instead of running on`,
          confidence: "likely",
          ...(!isDown(exit) && { severity: "medium" as const }),
          evidence: [
            fieldEvidence(place.podRef, path, terminated),
            fieldEvidence(place.workload, `${place.field}.command`, place.spec.command),
          ],
          details: {
            container: place.name,
            exit_code: 0,
            restart_count: place.status?.restartCount ?? 0,
          },
          remedies: [
            {
              step: `Let ${place.field}.command of ${nameOf(place.workload)} start a program that stays in the foreground.`,
            },
            {
              step: `If the work of ${nameOf(place.workload)} is meant to end, run it as a Job or a CronJob instead.`,
            },
          ],
        });
      }),
});
