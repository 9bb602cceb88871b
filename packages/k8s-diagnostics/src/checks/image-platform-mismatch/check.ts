import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { pullFailures } from "../../kube/images/pulls.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { otherArchitecture } from "../../kube/scheduling/architecture.ts";

export const imagePlatformMismatch = defineCheck({
  id: "image_platform_mismatch",
  title: "Image is not built for the Node's platform",
  when: "the image exists, and none of its manifests is for the operating system and architecture of the Node",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events", "nodes"],
  supersedes: ["image_pull_failed", "image_not_found"],
  run: ({ objects }) =>
    pullFailures(objects)
      .filter(({ problem }) => problem === "platform")
      .map(({ place, evidence }) => {
        const node = nodeOf(place.pod, objects);
        return containerCause(place, {
          title: `The image of container ${place.name} of ${nameOf(place.workload)} is not built for the platform of its Node`,
          confidence: "certain",
          evidence: node
            ? [
                ...evidence,
                fieldEvidence(
                  refOf(node),
                  "status.nodeInfo.architecture",
                  node.status?.nodeInfo?.architecture,
                ),
              ]
            : evidence,
          remedies: [
            {
              step: `Build ${place.field}.image of ${nameOf(place.workload)} for the architecture of the Nodes too.`,
            },
            {
              step: `Or let ${nameOf(place.workload)} run only on Nodes of the image's architecture with the node selector kubernetes.io/arch.`,
              ...otherArchitecture(place.workload.kind, node, objects),
            },
          ],
        });
      }),
});

function nodeOf(pod: ObjectOf<"pods">, objects: Pick<Objects, "nodes">): ObjectOf<"nodes"> | undefined {
  return objects.nodes.get("", pod.spec?.nodeName ?? "");
}
