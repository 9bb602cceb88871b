import { defineCheck } from "../../check.ts";
import { fieldEvidence, logEvidence } from "../../kube/evidence.ts";
import { failingLogs } from "../../kube/failing-logs.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

const PHRASES = [
  "java.lang.outofmemoryerror",
  "javascript heap out of memory",
  "allowed memory size of",
  "memoryerror",
  "std::bad_alloc",
  "system.outofmemoryexception",
  "cannot allocate memory",
  "enomem",
  "runtime: out of memory",
  "failed to allocate memory",
  "memory allocation of",
];

export const logOutOfMemory = defineCheck({
  id: "log_out_of_memory",
  title: "Program runs out of the memory that it allows itself",
  when: "the log of a failing container tells of memory that could not be allocated: Java, Node, Go, Python, PHP, .NET, C++",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    failingLogs(objects, asOf).flatMap(({ place, log, lines }) => {
      const line = lines.find(isOutOfMemory);
      if (line === undefined || place.status?.lastState?.terminated?.reason === "OOMKilled") return [];
      const workload = nameOf(place.workload);
      return [
        containerCause(place, {
          title: `The program of container ${place.name} of ${workload} runs out of memory`,
          confidence: "likely",
          evidence: [
            logEvidence(place.podRef, log, line),
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
            },
          ],
        }),
      ];
    }),
});

function isOutOfMemory(line: string): boolean {
  const text = line.toLowerCase();
  return PHRASES.some((phrase) => text.includes(phrase));
}
