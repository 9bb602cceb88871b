import type { Objects } from "@k8s-ops/k8s-cluster";
import type { Finding } from "../../check.ts";
import { toldSettings } from "../config/told-settings.ts";
import { fieldEvidence } from "../evidence.ts";
import { explainLog } from "../logs/log-lines.ts";
import { failureText } from "../logs/logs.ts";
import { containerCause } from "../places.ts";
import { nameOf } from "../refs.ts";
import { exitCodeText } from "./exit-codes.ts";
import type { Exit } from "./exits.ts";

/** Whether a program ran and ended with an error: not killed for its memory, and not one that could never start. */
export function endedWithError({ terminated: { exitCode, reason } }: Exit): boolean {
  return exitCode !== 0 && reason !== "StartError" && reason !== "OOMKilled";
}

/**
 * That a container ends with an error, by its exit code and the line of its log that explains it.
 * @param noun How the title calls the container: `Container`, `Init container`
 */
export function exitFinding(
  { place, terminated, path }: Exit,
  noun: string,
  objects: Pick<Objects, "logs">,
): Finding {
  const text = failureText(place, objects);
  const explanation = text && explainLog(text.lines);
  return containerCause(place, {
    title: `${noun} ${place.name} of ${nameOf(place.workload)} exits with code ${exitCodeText(terminated.exitCode)}`,
    confidence: "likely",
    evidence: [
      fieldEvidence(place.podRef, `${path}.exitCode`, terminated.exitCode),
      ...(text && explanation ? [text.said(explanation.line), ...toldSettings(place, explanation.line)] : []),
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
          ? `Correct what the log line in the evidence tells of, in ${place.field} of ${nameOf(place.workload)} or in the program.`
          : `Read the log of the container's last run: kubectl logs ${place.podRef.name} --namespace ${place.podRef.namespace} --container ${place.name} --previous`,
      },
    ],
  });
}
