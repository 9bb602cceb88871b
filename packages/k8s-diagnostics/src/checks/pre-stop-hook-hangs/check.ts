import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { containersOf } from "../../kube/containers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { controllerOf } from "../../kube/owners.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

type Pod = ObjectOf<"pods">;

/** Hooks that let connections drain take less. */
const PATIENCE_SECONDS = 60;

export const preStopHookHangs = defineCheck({
  id: "pre_stop_hook_hangs",
  title: "A Pod's preStop hook holds up its replacement",
  when: "a Pod of a StatefulSet was deleted more than a minute ago and still runs, within its grace period, a container that has a preStop hook, while the StatefulSet wants as many Pods as it has",
  severity: "high",
  level: "cause",
  reads: ["pods", "statefulSets"],
  run: ({ objects, asOf }) =>
    objects.pods.all.flatMap((pod) => {
      const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
      // deletionTimestamp is when the grace period ends.
      const left = -(secondsBetween(deletionTimestamp, asOf) ?? 0);
      const waits = deletionGracePeriodSeconds - left;
      if (deletionTimestamp === undefined || left <= 0 || waits < PATIENCE_SECONDS) return [];
      return isMissed(pod, objects) ? findingOf(pod, Math.round(waits), Math.round(left)) : [];
    }),
});

/** Only a StatefulSet waits for a Pod to go away before it makes the next of the same name. */
function isMissed(pod: Pod, { statefulSets }: Pick<Objects, "statefulSets">): boolean {
  const owner = controllerOf(pod);
  const set = owner?.kind === "StatefulSet" ? statefulSets.get(owner.namespace, owner.name) : undefined;
  if (!set) return false;
  const isScaledDown = (set.status?.replicas ?? 0) > (set.spec?.replicas ?? 1);
  return set.metadata.deletionTimestamp === undefined && !isScaledDown;
}

function findingOf(pod: Pod, waits: number, left: number): readonly Finding[] {
  const container = containersOf(pod).find(
    ({ spec, status }) => spec.lifecycle?.preStop !== undefined && status?.state?.running !== undefined,
  );
  if (!container) return [];
  const object = refOf(pod);
  const owner = controllerOf(pod) ?? object;
  const hook = fieldEvidence(
    object,
    `spec.${container.specPath}.lifecycle.preStop`,
    container.spec.lifecycle?.preStop,
  );
  return [
    {
      object,
      subject: container.name,
      title: `${nameOf(object)} was deleted ${waits} seconds ago and its preStop hook has not ended; ${nameOf(owner)} waits for it`,
      confidence: "likely",
      evidence: [
        hook,
        fieldEvidence(object, "metadata.deletionGracePeriodSeconds", pod.metadata.deletionGracePeriodSeconds),
        fieldEvidence(object, "metadata.deletionTimestamp", pod.metadata.deletionTimestamp),
      ],
      affects: [object],
      related: [owner],
      details: { container: container.name, seconds_waited: waits, seconds_left: left },
      remedies: [
        {
          step: `Let the preStop hook of ${nameOf(object)} end: do what it waits for, or delete the Pod again with a short grace period when nothing is lost by that.`,
        },
        {
          step: `Then let the hook give up after some time, or lower spec.template.spec.terminationGracePeriodSeconds of ${nameOf(owner)}.`,
          object: owner,
        },
      ],
    },
  ];
}
