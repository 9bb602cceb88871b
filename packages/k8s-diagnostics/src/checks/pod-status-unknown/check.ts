import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { workloadOf } from "../../kube/owners.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { nodeCondition } from "../../kube/scheduling/node-conditions.ts";

type Pod = ObjectOf<"pods">;

export const podStatusUnknown = defineCheck({
  id: "pod_status_unknown",
  title: "Nothing is known of a Pod since its Node was lost",
  when: "a Pod's phase is Unknown, or its status has the reason NodeLost",
  severity: "high",
  level: "cause",
  reads: ["pods", "nodes", "replicaSets", "jobs"],
  run: ({ objects }) =>
    objects.pods.all
      .filter(({ status }) => status?.phase === "Unknown" || status?.reason === "NodeLost")
      .map((pod) => findingOf(pod, objects)),
});

function findingOf(pod: Pod, objects: Pick<Objects, "nodes" | "replicaSets" | "jobs">): Finding {
  const ref = refOf(pod);
  const name = pod.spec?.nodeName ?? "";
  const nodeRef: ObjectRef = { kind: "Node", namespace: "", name };
  const node = objects.nodes.get("", name);
  const isGone = node === undefined && objects.nodes.knows("", name);
  return {
    object: ref,
    title: isGone
      ? `${nameOf(ref)} is on a Node that no longer exists`
      : `Nothing is known of ${nameOf(ref)} since its Node does not answer`,
    confidence: "certain",
    evidence: [
      pod.status?.reason === "NodeLost"
        ? fieldEvidence(ref, "status.reason", pod.status.reason)
        : fieldEvidence(ref, "status.phase", pod.status?.phase),
      node
        ? fieldEvidence(nodeRef, "status.conditions[Ready]", nodeCondition(node, "Ready"))
        : fieldEvidence(ref, "spec.nodeName", name),
    ],
    affects: [workloadOf(pod, objects)],
    because: [nodeRef],
    details: { node: name },
    remedies: [
      isGone
        ? {
            step: `Delete ${nameOf(ref)}; no kubelet is left that could confirm it: kubectl delete pod ${ref.name} --namespace ${ref.namespace} --force --grace-period=0`,
          }
        : {
            step: `Bring ${nameOf(nodeRef)} back, or delete the Node object when its machine is gone for good.`,
            object: nodeRef,
          },
    ],
  };
}
