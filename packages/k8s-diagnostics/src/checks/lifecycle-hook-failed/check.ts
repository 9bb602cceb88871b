import { defineCheck } from "../../check.ts";
import { lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { containerCause, containerEvents, unhealthyPlaces } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

export const lifecycleHookFailed = defineCheck({
  id: "lifecycle_hook_failed",
  title: "Container's postStart hook fails",
  when: "a container does not run because its postStart hook failed: the kubelet kills the container then",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events"],
  supersedes: ["container_exits_with_error", "container_completes", "init_container_failing"],
  run: ({ objects }) =>
    unhealthyPlaces(objects).flatMap((place) => {
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
            },
          ],
        }),
      ];
    }),
});
