import { defineCheck } from "../../check.ts";
import { containersOf } from "../../kube/containers.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/** As containerd (`not found`), docker distribution (`manifest unknown`) and CRI-O word it. */
const NOT_FOUND =
  /: not found|manifest unknown|manifest for .{1,300} not found|name unknown|repository does not exist/i;

export const imageNotFound = defineCheck({
  id: "image_not_found",
  title: "Image does not exist in the registry",
  when: "a container waits for its image and the registry answered that the repository or tag does not exist",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events"],
  supersedes: ["image_pull_failed"],
  run: ({ objects }) =>
    objects.pods.all.flatMap((pod) =>
      containersOf(pod).flatMap((container) => {
        const waiting = container.status?.state?.waiting;
        if (waiting?.reason !== "ErrImagePull" && waiting?.reason !== "ImagePullBackOff") return [];
        const event = latestEvent(pod, objects, "Failed");
        const fromEvent = event !== undefined && NOT_FOUND.test(event.message ?? "");
        if (!fromEvent && !NOT_FOUND.test(waiting.message ?? "")) return [];
        const workload = workloadOf(pod, objects);
        const field = `${podSpecPath(workload.kind)}.${container.specPath}.image`;
        return [
          {
            object: workload,
            subject: container.name,
            title: `The image of container ${container.name} of ${nameOf(workload)} does not exist in its registry`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(workload, field, container.spec.image),
              fieldEvidence(refOf(pod), `${container.statusPath}.state.waiting`, waiting),
              ...(fromEvent ? [eventEvidence(refOf(pod), event)] : []),
            ] as const,
            affects: [refOf(pod)],
            remedies: [
              { step: `Set ${field} of ${nameOf(workload)} to an image and tag that the registry has.` },
            ],
          },
        ];
      }),
    ),
});
