import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Severity } from "../../check.ts";
import { type LastWrite, lastWrite } from "../../kube/changes.ts";
import { configView } from "../../kube/config/config-refs.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { type Place, placesOf } from "../../kube/places.ts";
import { isReady, isTerminating, podCondition } from "../../kube/pods.ts";
import { nameOf, refKey } from "../../kube/refs.ts";
import { restartOf } from "../../kube/remedy-parts.ts";
import { secondsBetween } from "../../kube/time.ts";
import { type FixedReference, fixedReferences } from "./references.ts";

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "configMaps" | "secrets">;

/** An unreadiness that began so soon after a change is held to follow from it. */
const SOON_SECONDS = 900;
/** A container that starts while its objects are being applied has them. */
const TOGETHER_SECONDS = 5;

export const staleConfiguration = defineCheck({
  id: "stale_configuration",
  title: "Container runs with configuration from before a change",
  when: "a ConfigMap or Secret that a running container has as variables or by subPath was written after the container started; of medium severity when the Pod lost its readiness soon after",
  severity: "low",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "configMaps", "secrets"],
  supersedes: ["readiness_probe_failing"],
  run: ({ objects }) => {
    const writes = new Map<string, LastWrite | undefined>();
    const found = new Map<string, Finding>();
    for (const pod of objects.pods.all) {
      if (pod.status?.phase !== "Running" || isTerminating(pod)) continue;
      for (const place of placesOf(pod, objects)) {
        for (const reference of fixedReferences(place)) {
          const finding = findingOf(place, reference, writes, objects);
          const key = `${refKey(place.workload)}/${place.name}/${refKey(reference.object)}`;
          if (finding && (!found.has(key) || finding.severity === "medium")) found.set(key, finding);
        }
      }
    }
    return [...found.values()];
  },
});

function findingOf(
  place: Place,
  { object, field, via }: FixedReference,
  writes: Map<string, LastWrite | undefined>,
  objects: Read,
): Finding | undefined {
  const started = place.status?.state?.running?.startedAt;
  const write = writeOf(object, writes, objects);
  if (started === undefined || write === undefined) return undefined;
  if ((secondsBetween(started, write.at) ?? 0) < TOGETHER_SECONDS) return undefined;
  const severity = severityOf(place, write);
  return {
    object: place.workload,
    subject: place.name,
    title: `Container ${place.name} of ${nameOf(place.workload)} has not read ${nameOf(object)} since it was changed`,
    confidence: severity === "medium" ? "likely" : "possible",
    severity,
    evidence: [
      fieldEvidence(
        object,
        "metadata.managedFields (last write)",
        write.manager === "" ? write.at : `${write.at} by ${write.manager}`,
      ),
      fieldEvidence(place.podRef, `${place.statusPath}.state.running.startedAt`, started),
      fieldEvidence(place.workload, field, object.name),
    ],
    affects: [place.podRef],
    related: [object],
    details: { container: place.name, via, changed: write.at },
    remedies: [
      {
        step: `Restart ${nameOf(place.workload)}: ${via === "variables" ? "variables are" : "a file mounted by subPath is"} read only when a container starts.`,
        ...restartOf(place.workload),
      },
    ],
  };
}

function writeOf(
  object: ObjectRef,
  writes: Map<string, LastWrite | undefined>,
  objects: Read,
): LastWrite | undefined {
  const key = refKey(object);
  if (writes.has(key)) return writes.get(key);
  const holder = configView(object.kind === "Secret" ? "Secret" : "ConfigMap", objects).get(
    object.namespace,
    object.name,
  );
  const write = holder && lastWrite(holder);
  writes.set(key, write);
  return write;
}

function severityOf({ pod, status }: Place, { at }: LastWrite): Severity {
  const ready = podCondition(pod, "Ready");
  if (isReady(pod) || status?.ready !== false) return "low";
  const delay = secondsBetween(at, ready?.lastTransitionTime ?? "");
  return delay !== undefined && delay >= 0 && delay < SOON_SECONDS ? "medium" : "low";
}
