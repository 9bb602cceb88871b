import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { doubledMemory } from "../../kube/resource-remedies.ts";

export const logOutOfMemory = defineCheck({
  id: "log_out_of_memory",
  title: "Program runs out of the memory that it allows itself",
  when: "the log of a failing container tells of memory that could not be allocated: Java, Node, Go, Python, PHP, .NET, C++",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("memory", objects, asOf).flatMap(({ place, trouble: { line, confidence }, said }) => {
      const workload = nameOf(place.workload);
      return [
        containerCause(place, {
          title: `The program of container ${place.name} of ${workload} runs out of memory`,
          confidence,
          evidence: [
            said(line),
            fieldEvidence(
              place.workload,
              `${place.field}.resources.limits.memory`,
              place.spec.resources?.limits?.memory,
            ),
          ],
          details: { container: place.name },
          remedies: [
            {
              step: `Raise the program's own limit (heap size) together with ${place.field}.resources.limits.memory of ${workload}.`,
              ...doubledMemory(place),
            },
          ],
        }),
      ];
    }),
});
