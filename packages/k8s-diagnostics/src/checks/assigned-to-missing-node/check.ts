import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { controllerOf, podSpecPath, workloadOf } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { isFinished } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { replacementOf } from "../../kube/remedy-parts.ts";

export const assignedToMissingNode = defineCheck({
  id: "assigned_to_missing_node",
  title: "Pod is assigned to a Node that does not exist",
  when: "an unfinished Pod has a nodeName that no Node of the cluster has",
  severity: "high",
  level: "cause",
  reads: ["pods", "nodes", "replicaSets", "jobs"],
  run: ({ objects }) => {
    if (objects.nodes.all.length === 0) return [];
    return objects.pods.all.flatMap((pod) => {
      const nodeName = pod.spec?.nodeName;
      if (!nodeName || isFinished(pod) || !objects.nodes.knows("", nodeName)) return [];
      if (objects.nodes.get("", nodeName)) return [];
      const fixed = templateOf(pod, objects)?.nodeName === nodeName;
      const object: ObjectRef = fixed ? workloadOf(pod, objects) : refOf(pod);
      const near = nearestName(
        nodeName,
        objects.nodes.all.map(({ metadata }) => metadata.name),
      );
      const field = `${podSpecPath(object.kind)}.nodeName`;
      return [
        {
          object,
          title: `${nameOf(object)} is assigned to a Node that does not exist`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, field, nodeName),
            fieldEvidence({ kind: "Node", namespace: "", name: nodeName }, "metadata.name", undefined),
          ] as const,
          affects: [refOf(pod)],
          remedies: [
            fixed
              ? {
                  step: `Remove ${field} of ${nameOf(object)}, or name a Node that exists${near ? `, such as ${near}` : ""}.`,
                  patch: podSpecPatch(object.kind, { nodeName: near ?? null }),
                }
              : {
                  step: `Delete ${nameOf(object)}${controllerOf(pod) ? ", so that its controller makes a new one elsewhere" : " and create it without nodeName, or with the name of a Node that exists"}.`,
                  ...(controllerOf(pod) && replacementOf(object)),
                },
          ],
        },
      ];
    });
  },
});

/** The Pod's spec as the template has it, when a ReplicaSet or Job made the Pod. */
function templateOf(pod: ObjectOf<"pods">, objects: Pick<Objects, "replicaSets" | "jobs">) {
  const owner = controllerOf(pod);
  if (!owner) return undefined;
  const controller =
    owner.kind === "ReplicaSet"
      ? objects.replicaSets.get(owner.namespace, owner.name)
      : owner.kind === "Job"
        ? objects.jobs.get(owner.namespace, owner.name)
        : undefined;
  return controller?.spec?.template?.spec;
}
