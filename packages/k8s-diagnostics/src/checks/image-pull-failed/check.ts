import { defineCheck } from "../../check.ts";
import { pullFailures } from "../../kube/images/pulls.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

export const imagePullFailed = defineCheck({
  id: "image_pull_failed",
  title: "Image cannot be pulled",
  when: "a container waits for its image and the message does not say what stands in the way",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events"],
  run: ({ objects }) =>
    pullFailures(objects)
      .filter(({ problem }) => problem === "unknown")
      .map(({ place, evidence }) =>
        containerCause(place, {
          title: `The image of container ${place.name} of ${nameOf(place.workload)} cannot be pulled`,
          confidence: "likely",
          evidence,
          remedies: [
            {
              step: `Check ${place.field}.image of ${nameOf(place.workload)}: registry, repository and tag.`,
            },
            {
              step: `Check that the registry can be reached from the Node, and that the credentials in ${podSpecPath(place.workload.kind)}.imagePullSecrets are valid.`,
            },
          ],
        }),
      ),
});
