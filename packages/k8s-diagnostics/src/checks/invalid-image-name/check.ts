import { defineCheck } from "../../check.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { parseImage } from "../../kube/images/images.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, containerEvents, unhealthyPlaces } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

export const invalidImageName = defineCheck({
  id: "invalid_image_name",
  title: "Image name is malformed",
  when: "the kubelet reports InvalidImageName: the image is no reference that a registry could have",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events"],
  supersedes: ["image_pull_failed"],
  run: ({ objects }) =>
    unhealthyPlaces(objects)
      .filter(({ status }) => status?.state?.waiting?.reason === "InvalidImageName")
      .map((place) => {
        const field = `${place.field}.image`;
        const event = containerEvents(place, objects, "InspectFailed")[0];
        const corrected = correction(place.spec.image);
        return containerCause(place, {
          title: `The image name of container ${place.name} of ${nameOf(place.workload)} is malformed`,
          confidence: "certain",
          evidence: [
            fieldEvidence(place.workload, field, place.spec.image),
            fieldEvidence(place.podRef, `${place.statusPath}.state.waiting`, place.status?.state?.waiting),
            ...(event ? [eventEvidence(place.podRef, event)] : []),
          ],
          remedies: [
            {
              step: `Set ${field} of ${nameOf(place.workload)} to a valid reference: lower-case repository, then ":" and a tag.`,
              ...(corrected !== undefined && { patch: containerPatch(place, { image: corrected }) }),
            },
          ],
        });
      }),
});

/** Without a scheme and spaces, and with a lower-case repository, if that makes it valid. */
function correction(image: string | undefined): string | undefined {
  if (image === undefined || image.length > 512) return undefined;
  const bare = image
    .replace(/^(?:https?|docker|oci):\/\//, "")
    .replaceAll(/\s+/g, "")
    .replace(/:+$/, "");
  const colon = bare.lastIndexOf(":");
  const tagged = colon > bare.lastIndexOf("/");
  const lower = tagged ? bare.slice(0, colon).toLowerCase() + bare.slice(colon) : bare.toLowerCase();
  return parseImage(lower) ? lower : undefined;
}
