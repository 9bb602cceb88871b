import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { parseImage } from "../../kube/images/images.ts";
import { knownImages, suggestImage } from "../../kube/images/known-images.ts";
import { pullFailures } from "../../kube/images/pulls.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { imageOf } from "../../kube/remedy-parts.ts";

export const imageNotFound = defineCheck({
  id: "image_not_found",
  title: "Image does not exist in the registry",
  when: "a container waits for its image and the registry answered that the repository or tag does not exist",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events", "nodes"],
  supersedes: ["image_pull_failed"],
  run: ({ objects }) => {
    const failures = pullFailures(objects).filter(({ problem }) => problem === "not_found");
    if (failures.length === 0) return [];
    const known = knownImages(objects);
    return failures.map(({ place, evidence }) => {
      const field = `${place.field}.image`;
      const suggestion = suggestImage(place.spec.image, known);
      return containerCause(place, {
        title: `The image of container ${place.name} of ${nameOf(place.workload)} does not exist in its registry`,
        confidence: "certain",
        evidence: suggestion
          ? [...evidence, fieldEvidence(suggestion.seenOn, suggestion.field, suggestion.image)]
          : evidence,
        details: {
          container: place.name,
          registry: parseImage(place.spec.image)?.registry,
          ...(suggestion && { suggested_image: suggestion.image }),
        },
        remedies: [
          {
            step: suggestion
              ? `Set ${field} of ${nameOf(place.workload)} to the image in the patch, which this cluster has, or push the missing tag.`
              : `Set ${field} of ${nameOf(place.workload)} to an image and tag that the registry has, or push the missing tag.`,
            ...(suggestion && imageOf(place, suggestion.image)),
          },
        ],
      });
    });
  },
});
