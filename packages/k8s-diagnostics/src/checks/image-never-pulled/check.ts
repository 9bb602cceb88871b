import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, unhealthyPlaces } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

export const imageNeverPulled = defineCheck({
  id: "image_never_pulled",
  title: "Image is not on the Node and may not be pulled",
  when: "imagePullPolicy is Never and the Node does not have the image (ErrImageNeverPull)",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs"],
  supersedes: ["image_pull_failed"],
  run: ({ objects }) =>
    unhealthyPlaces(objects)
      .filter(({ status }) => status?.state?.waiting?.reason === "ErrImageNeverPull")
      .map((place) => {
        const field = `${place.field}.imagePullPolicy`;
        return containerCause(place, {
          title: `Container ${place.name} of ${nameOf(place.workload)} may not pull its image, and the Node does not have it`,
          confidence: "certain",
          evidence: [
            fieldEvidence(place.workload, field, place.spec.imagePullPolicy),
            fieldEvidence(place.podRef, `${place.statusPath}.state.waiting`, place.status?.state?.waiting),
            fieldEvidence(place.workload, `${place.field}.image`, place.spec.image),
          ],
          remedies: [
            {
              step: `Set ${field} of ${nameOf(place.workload)} to IfNotPresent.`,
              patch: containerPatch(place, { imagePullPolicy: "IfNotPresent" }),
            },
            {
              step: `Or load ${place.field}.image of ${nameOf(place.workload)} onto every Node that may run the Pod.`,
            },
          ],
        });
      }),
});
