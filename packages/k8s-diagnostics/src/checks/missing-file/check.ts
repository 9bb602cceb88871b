import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout, type TroubledLog } from "../../kube/logs/failing-logs.ts";
import { pathsIn, tellsOfMissingModule } from "../../kube/logs/file-phrases.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { explainMissing, type MissingFile } from "./culprit.ts";

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs" | "configMaps" | "secrets">;

export const missingFile = defineCheck({
  id: "missing_file",
  title: "Program does not find a file or module",
  when: "the log of a failing container says that a file, module or library does not exist",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "configMaps", "secrets"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("missing_file", objects, asOf).flatMap((failing) => findingsOf(failing, objects)),
});

function findingsOf({ place, ended, trouble, said }: TroubledLog, objects: Read): readonly Finding[] {
  const isModule = tellsOfMissingModule(trouble.text);
  const missing = explainMissing(pathsIn(trouble.text), isModule, place, objects);
  // Running programs look for many files that need not be there.
  const isVague = missing.reason === "not_in_image" || missing.reason === "not_in_volume";
  if (isVague && (!ended || trouble.confidence === "possible")) return [];
  const { title, object, evidence, remedies } = words(missing, isModule, place);
  return [
    containerCause(place, {
      object,
      title,
      confidence: trouble.confidence,
      evidence: [said(trouble.line), ...evidence],
      details: { container: place.name, reason: missing.reason },
      remedies,
    }),
  ];
}

interface Words {
  readonly title: string;
  readonly object: ObjectRef;
  readonly evidence: readonly Evidence[];
  readonly remedies: readonly Remedy[];
}

function words(missing: MissingFile, isModule: boolean, place: Place): Words {
  const who = `Container ${place.name} of ${nameOf(place.workload)}`;
  const what = isModule ? "module" : "file";
  const shown =
    "mount" in missing ? [fieldEvidence(place.workload, missing.mount.field, missing.mount.volume)] : [];
  switch (missing.reason) {
    case "object_missing":
      return {
        title: `${who} misses a file from ${nameOf(missing.object)}, which does not exist`,
        object: missing.object,
        evidence: [...shown, fieldEvidence(missing.object, "metadata.name", undefined)],
        remedies: [{ step: `Create ${nameOf(missing.object)} in namespace ${missing.object.namespace}.` }],
      };
    case "not_picked":
      return {
        title: `${who} misses the file of key ${missing.key} of ${nameOf(missing.object)}, which its volume leaves out`,
        object: place.workload,
        evidence: [...shown, fieldEvidence(place.workload, "items", missing.mount.items)],
        remedies: [
          {
            step: `Add key ${missing.key} to the items of the volume with ${nameOf(missing.object)}, or remove the items: then all keys are files.`,
          },
        ],
      };
    case "key_missing":
      return keyMissing(missing, who, place, shown);
    case "other_path":
      return {
        title: `${who} looks for the file of key ${missing.key} of ${nameOf(missing.object)} at another path than it is mounted at`,
        object: place.workload,
        evidence: shown,
        remedies: [
          {
            step: `Set ${missing.mount.field}.mountPath of ${nameOf(place.workload)} to the directory that the log line names, or let the program read the mounted path.`,
          },
        ],
      };
    case "hidden":
      return {
        title: `${who} misses a ${what} in a directory over which a volume is mounted`,
        object: place.workload,
        evidence: shown,
        remedies: [
          {
            step: `Mount the volume of ${missing.mount.field} elsewhere, or single files of it with subPath: it hides what the image has in that directory.`,
          },
        ],
      };
    case "not_in_volume":
      return {
        title: `${who} misses a file that is not on the volume mounted there`,
        object: place.workload,
        evidence: shown,
        remedies: [
          {
            step: `Put the file on the volume of ${missing.mount.field}, or correct the path that the program is given.`,
          },
        ],
      };
    case "not_in_image":
      return {
        title: `${who} misses a ${what} that neither its image nor a volume gives it`,
        object: place.workload,
        evidence: [fieldEvidence(place.workload, `${place.field}.image`, place.spec.image)],
        remedies: [
          {
            step: isModule
              ? `Build the image of container ${place.name} with the ${what} that the log line names, or correct ${place.field}.command, args and workingDir of ${nameOf(place.workload)}.`
              : `Mount the file that the log line names into container ${place.name} of ${nameOf(place.workload)}, or correct the path that the program is given.`,
          },
        ],
      };
  }
}

function keyMissing(
  { mount, object, key, keys, near }: MissingFile & { readonly reason: "key_missing" },
  who: string,
  place: Place,
  shown: readonly Evidence[],
): Words {
  const evidence = [fieldEvidence(object, "data (keys)", keys.join(", ")), ...shown];
  const add: Remedy = { step: `Add key ${key} to ${nameOf(object)}.`, object };
  if (near === undefined) {
    return {
      title: `${who} looks for key ${key} of ${nameOf(object)}, which does not have it`,
      object,
      evidence,
      remedies: [add],
    };
  }
  // A list of items replaces all other keys: it can be proposed where there is only one.
  const source = object.kind === "Secret" ? "secret" : "configMap";
  const label = object.kind === "Secret" ? "secretName" : "name";
  const patch = podSpecPatch(place.workload.kind, {
    volumes: [{ name: mount.volume, [source]: { [label]: object.name, items: [{ key: near, path: key }] } }],
  });
  return {
    title: `${who} looks for key ${key} of ${nameOf(object)}, which has ${near} instead`,
    object,
    evidence,
    remedies: [
      {
        step: `Rename key ${near} of ${nameOf(object)} to ${key}, or give it that path in the items of the volume.`,
        ...(keys.length === 1 &&
          !mount.subPath &&
          mount.items === undefined && { object: place.workload, patch }),
      },
      add,
    ],
  };
}
