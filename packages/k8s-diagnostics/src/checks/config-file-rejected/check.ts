import { defineCheck } from "../../check.ts";
import { lastWrite } from "../../kube/changes.ts";
import { configView } from "../../kube/config/config-refs.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { restartOf } from "../../kube/remedy-parts.ts";
import { lineNumberIn, rejectedKey } from "./culprit.ts";

export const configFileRejected = defineCheck({
  id: "config_file_rejected",
  title: "Program rejects a configuration file from a ConfigMap or Secret",
  when: "the log of a failing container says that a file could not be parsed or holds an unknown setting, and the file comes from a ConfigMap or Secret",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "configMaps", "secrets"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("rejected_file", objects, asOf).flatMap(({ place, trouble, said }) => {
      const text = [trouble.text, ...trouble.block].join("\n").slice(0, 8_000);
      const found = rejectedKey(text, place, objects);
      if (!found) return [];
      const { object, key, mount, content, named } = found;
      const line = lineNumberIn(text, content);
      const kind = object.kind === "Secret" ? "Secret" : "ConfigMap";
      const holder = configView(kind, objects).get(object.namespace, object.name);
      const write = holder && lastWrite(holder);
      const at = line === undefined ? "" : `line ${line} of `;
      return [
        containerCause(place, {
          object,
          title: `Container ${place.name} of ${nameOf(place.workload)} rejects the configuration in key ${key} of ${nameOf(object)}`,
          confidence: named ? trouble.confidence : "possible",
          evidence: [
            said(trouble.line),
            ...(content !== undefined && line !== undefined
              ? [fieldEvidence(object, `data[${key}] line ${line}`, content.split("\n")[line - 1] ?? "")]
              : []),
            fieldEvidence(place.workload, mount.field, mount.volume),
            ...(write ? [fieldEvidence(object, "metadata.managedFields (last write)", write.at)] : []),
          ],
          details: { container: place.name, key, ...(line !== undefined && { line }) },
          remedies: [
            {
              step: `Correct ${at}key ${key} of ${nameOf(object)} as the log line says.`,
            },
            {
              step: `Then restart ${nameOf(place.workload)}, so that it reads the file again.`,
              ...restartOf(place.workload),
            },
          ],
        }),
      ];
    }),
});
