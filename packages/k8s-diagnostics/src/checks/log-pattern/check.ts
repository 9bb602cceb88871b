import type { LogExcerpt } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { logEvidence } from "../../kube/evidence.ts";
import { connectionProblem } from "../../kube/logs/log-hosts.ts";
import { tellsOfDenial, tellsOfMemory } from "../../kube/logs/log-phrases.ts";
import { placesOf } from "../../kube/places.ts";

/** What a line may tell of, healthy or not. */
const PATTERNS: Readonly<Record<string, (line: string) => boolean>> = {
  out_of_memory: tellsOfMemory,
  connection_refused: (line) => connectionProblem(line) === "refused",
  host_not_found: (line) => connectionProblem(line) === "dns",
  timeout: (line) => connectionProblem(line) === "timeout" || /\btimed? ?out\b/i.test(line),
  permission_denied: tellsOfDenial,
};

export const logPattern = defineCheck({
  id: "log_pattern",
  title: "Log tells of trouble",
  when: "a log that was read, of whatever container, has lines about memory, refused connections, unknown hosts, timeouts or denied permissions",
  severity: "low",
  level: "symptom",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  run: ({ objects }) =>
    objects.pods.all
      .flatMap((pod) => placesOf(pod, objects))
      .flatMap(({ podRef, name }) =>
        [false, true].flatMap((previous) => {
          const log = objects.logs.get({
            namespace: podRef.namespace,
            pod: podRef.name,
            container: name,
            previous,
          });
          return log ? matches(log).map((match) => ({ ...match, podRef, log })) : [];
        }),
      )
      .map(({ podRef, log, pattern, lines, last }) => ({
        object: podRef,
        subject: `${log.container}/${log.previous ? "previous" : "current"}/${pattern}`,
        title: `The ${log.previous ? "previous " : ""}log of container ${log.container} of Pod ${podRef.name} tells of ${pattern.replaceAll("_", " ")}`,
        confidence: "certain" as const,
        evidence: [logEvidence(podRef, log, last)] as const,
        details: {
          container: log.container,
          previous: log.previous,
          pattern,
          count: lines,
          line: last.slice(0, 200),
        },
      })),
});

function matches(log: LogExcerpt) {
  return Object.entries(PATTERNS).flatMap(([pattern, tells]) => {
    const found = log.lines.filter(tells);
    const last = found.at(-1);
    return last === undefined ? [] : [{ pattern, lines: found.length, last }];
  });
}
