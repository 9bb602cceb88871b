import { defineCheck } from "../../check.ts";
import { fieldEvidence, logEvidence } from "../../kube/evidence.ts";
import { exitCodeText } from "../../kube/exit-codes.ts";
import { exitsOf } from "../../kube/exits.ts";
import { explainLog } from "../../kube/log-lines.ts";
import { failureLog } from "../../kube/logs.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

export const initContainerFailing = defineCheck({
  id: "init_container_failing",
  title: "Init container fails, so that the Pod does not start",
  when: "an init container ended with a code other than 0 and is retried or given up",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error"],
  run: ({ objects, asOf }) =>
    exitsOf(objects, asOf)
      .filter(({ place, terminated }) => place.role === "init" && terminated.exitCode !== 0)
      .filter(({ terminated }) => terminated.reason !== "StartError" && terminated.reason !== "OOMKilled")
      .map(({ place, terminated, path }) => {
        const log = failureLog(place, objects);
        const explanation = log && explainLog(log.lines);
        return containerCause(place, {
          title: `Init container ${place.name} of ${nameOf(place.workload)} exits with code ${exitCodeText(terminated.exitCode)}`,
          confidence: "likely",
          evidence: [
            fieldEvidence(place.podRef, `${path}.exitCode`, terminated.exitCode),
            ...(log && explanation ? [logEvidence(place.podRef, log, explanation.line)] : []),
            ...(terminated.message
              ? [fieldEvidence(place.podRef, `${path}.message`, terminated.message)]
              : []),
          ],
          details: {
            container: place.name,
            exit_code: terminated.exitCode,
            restart_count: place.status?.restartCount ?? 0,
            ...(explanation && explanation.block.length > 1 && { log_lines: explanation.block }),
          },
          remedies: [
            {
              step: explanation
                ? "Correct what the log line in the evidence tells of."
                : `Read the log of the init container's last run: kubectl logs --previous --container ${place.name}.`,
            },
          ],
        });
      }),
});
