import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import { lastWrite } from "../../kube/changes.ts";
import { configView } from "../../kube/config/config-refs.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import {
  type FailingLog,
  failingLogs,
  logsAbout,
  messageOf,
  type TroubledLog,
} from "../../kube/logs/failing-logs.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { restartAfter } from "../../kube/remedy-parts.ts";
import { lineNumberIn, rejectedKey } from "./culprit.ts";
import { namedSettings } from "./named-settings.ts";

const READS = ["pods", "replicaSets", "jobs", "logs", "configMaps", "secrets"] as const;
type Read = Pick<Objects, (typeof READS)[number]>;

export const configFileRejected = defineCheck({
  id: "config_file_rejected",
  title: "Program rejects a configuration file from a ConfigMap or Secret",
  when: "the log of a failing container says that a file could not be parsed or holds an unknown setting, or complains of settings by their names, and the file comes from a ConfigMap or Secret",
  severity: "high",
  level: "cause",
  reads: READS,
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) => [
    ...logsAbout("rejected_file", objects, asOf).flatMap((failing) => rejectedFile(failing, objects)),
    ...failingLogs(objects, asOf)
      .filter(({ ended, trouble }) => ended && trouble === undefined)
      .flatMap((failing) => rejectedValues(failing, objects)),
  ],
});

function rejectedFile({ place, trouble, said }: TroubledLog, objects: Read): readonly Finding[] {
  const text = messageOf(trouble);
  const found = rejectedKey(text, place, objects);
  if (!found) return [];
  const { object, key, mount, content, named } = found;
  const line = lineNumberIn(text, content);
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
        ...writeEvidence(object, objects),
      ],
      details: { container: place.name, key, ...(line !== undefined && { line }) },
      remedies: [
        {
          step: `Correct ${at}key ${key} of ${nameOf(object)} as the log line says.`,
        },
        ...restartAfter(object, place.workload),
      ],
    }),
  ];
}

/** The file can be read, and what it sets cannot be used: the program names the settings. */
function rejectedValues({ place, recent, said }: FailingLog, objects: Read): readonly Finding[] {
  const found = namedSettings(recent, place, objects);
  if (!found) return [];
  const { line, object, key, settings, isExact } = found;
  const numbers = settings.map(({ number }) => number);
  const isOne = numbers.length === 1;
  return [
    containerCause(place, {
      object,
      title: `Container ${place.name} of ${nameOf(place.workload)} ends with a complaint of ${isOne ? "a setting" : "settings"} in key ${key} of ${nameOf(object)}`,
      confidence: isOne && !isExact ? "possible" : "likely",
      evidence: [
        said(line),
        ...settings.map(({ number, text }) => fieldEvidence(object, `data[${key}] line ${number}`, text)),
        ...writeEvidence(object, objects),
      ],
      details: { container: place.name, key, line: numbers[0] },
      remedies: [
        {
          step: `Correct ${isOne ? "line" : "lines"} ${numbers.join(", ")} of key ${key} of ${nameOf(object)} as the log line says.`,
        },
        ...restartAfter(object, place.workload),
      ],
    }),
  ];
}

function writeEvidence({ kind, namespace, name }: ObjectRef, objects: Read): readonly Evidence[] {
  const holder = configView(kind === "Secret" ? "Secret" : "ConfigMap", objects).get(namespace, name);
  const write = holder && lastWrite(holder);
  return write
    ? [fieldEvidence({ kind, namespace, name }, "metadata.managedFields (last write)", write.at)]
    : [];
}
