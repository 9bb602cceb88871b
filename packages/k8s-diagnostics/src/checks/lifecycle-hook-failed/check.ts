import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, containerEvents, placesOf, unhealthyPlaces } from "../../kube/places.ts";
import { isTerminating } from "../../kube/pods.ts";
import { nameOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

export const lifecycleHookFailed = defineCheck({
  id: "lifecycle_hook_failed",
  title: "Container's postStart or preStop hook fails",
  when: "a container does not run because its postStart hook failed: the kubelet kills the container then; or (of less weight) the preStop hook of a container that is being stopped failed",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events"],
  supersedes: [
    "container_exits_with_error",
    "container_completes",
    "init_container_failing",
    "pod_stuck_terminating",
  ],
  run: ({ objects, asOf }) => [...postStartFailures(objects), ...preStopFailures(objects, asOf)],
});

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "events">;

function postStartFailures(objects: Read): readonly Finding[] {
  return unhealthyPlaces(objects).flatMap((place) => {
    if (!place.spec.lifecycle?.postStart && place.status?.state?.waiting?.reason !== "PostStartHookError")
      return [];
    const { waiting, running } = place.status?.state ?? {};
    const event = containerEvents(place, objects, "FailedPostStartHook").find(
      (found) => !running || lastSeen(found) >= (running.startedAt ?? ""),
    );
    if (waiting?.reason !== "PostStartHookError" && !event) return [];
    const field = `${place.field}.lifecycle.postStart`;
    return [
      containerCause(place, {
        title: `The postStart hook of container ${place.name} of ${nameOf(place.workload)} fails`,
        confidence: "certain",
        evidence: [
          event
            ? eventEvidence(place.podRef, event)
            : fieldEvidence(place.podRef, `${place.statusPath}.state.waiting`, waiting),
          fieldEvidence(place.workload, field, place.spec.lifecycle?.postStart),
          ...(event && waiting
            ? [fieldEvidence(place.podRef, `${place.statusPath}.state.waiting`, waiting)]
            : []),
        ],
        details: { container: place.name },
        remedies: [
          {
            step: `Correct ${field} of ${nameOf(place.workload)}, or remove it: it must succeed for the container to run.`,
            patch: containerPatch(place, { lifecycle: { postStart: null } }),
          },
        ],
      }),
    ];
  });
}

/**
 * Pods that are being deleted, and whose containers did not get to shut down in order. Of containers that were
 * restarted in place the kubelet tells the same, but their restart has another reason.
 */
function preStopFailures(objects: Read, asOf: string): readonly Finding[] {
  return objects.pods.all
    .filter(
      (pod) =>
        isTerminating(pod) && pod.spec?.containers.some(({ lifecycle }) => lifecycle?.preStop !== undefined),
    )
    .flatMap((pod) => placesOf(pod, objects))
    .flatMap((place) => {
      const [event] = containerEvents(place, objects, "FailedPreStopHook");
      if (!event || !place.spec.lifecycle?.preStop) return [];
      const field = `${place.field}.lifecycle.preStop`;
      const isOverdue = (secondsBetween(place.pod.metadata.deletionTimestamp, asOf) ?? 0) > 0;
      return [
        containerCause(place, {
          title: `The preStop hook of container ${place.name} of ${nameOf(place.workload)} fails`,
          confidence: "certain",
          severity: isOverdue ? "medium" : "low",
          evidence: [
            eventEvidence(place.podRef, event),
            fieldEvidence(place.workload, field, place.spec.lifecycle.preStop),
            fieldEvidence(place.podRef, "metadata.deletionTimestamp", place.pod.metadata.deletionTimestamp),
          ],
          details: { container: place.name, hook: "preStop" },
          remedies: [
            {
              step: `Correct ${field} of ${nameOf(place.workload)}: its command must exist in the image and end within terminationGracePeriodSeconds.`,
            },
          ],
        }),
      ];
    });
}
