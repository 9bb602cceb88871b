import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { allocatable, formatAmount, podsByNode } from "../../kube/scheduling/requests.ts";

type Pod = ObjectOf<"pods">;

const FULL_SHARE = 0.95;
/** Limits may be passed by all Pods at once; far more than there is invites eviction. */
const OVERCOMMIT = 2;

export const nodeNearlyFull = defineCheck({
  id: "node_nearly_full",
  title: "Node is close to its number of Pods, or promises far more memory than it has",
  when: "a Node runs at least 95 % of the Pods that it may run, or the memory limits of its Pods add up to more than twice its memory",
  severity: "low",
  level: "symptom",
  reads: ["nodes", "pods"],
  run: ({ objects }) => {
    if (!objects.pods.knows("")) return [];
    const byNode = podsByNode(objects);
    return objects.nodes.all.flatMap((node) => {
      const pods = byNode.get(node.metadata.name) ?? [];
      return [...tooMany(node, pods), ...overcommitted(node, pods)];
    });
  },
});

function tooMany(node: ObjectOf<"nodes">, pods: readonly Pod[]): readonly Finding[] {
  const most = allocatable(node, "pods");
  if (most === 0 || pods.length < most * FULL_SHARE) return [];
  const object = refOf(node);
  return [
    {
      object,
      subject: "pods",
      title: `${nameOf(object)} runs ${pods.length} of ${most} Pods`,
      confidence: "certain",
      evidence: [fieldEvidence(object, "status.allocatable.pods", String(most))],
      remedies: [
        { step: "Add a Node, or raise maxPods of the kubelet where its range of addresses allows it." },
      ],
    },
  ];
}

function overcommitted(node: ObjectOf<"nodes">, pods: readonly Pod[]): readonly Finding[] {
  const has = allocatable(node, "memory");
  const limits = pods.reduce((sum, pod) => sum + memoryLimit(pod), 0);
  if (has === 0 || limits <= has * OVERCOMMIT) return [];
  const object = refOf(node);
  return [
    {
      object,
      subject: "memory",
      title: `The memory limits of the Pods on ${nameOf(object)} add up to ${Math.round((limits / has) * 100)} % of its memory`,
      confidence: "certain",
      evidence: [
        fieldEvidence(object, "status.allocatable.memory", node.status?.allocatable?.memory),
        fieldEvidence(object, "memory limits of its Pods", formatAmount("memory", limits)),
      ],
      remedies: [{ step: "Bring the limits of the largest Pods on it nearer to what they request and use." }],
    },
  ];
}

function memoryLimit({ spec }: Pod): number {
  return (spec?.containers ?? []).reduce(
    (sum, { resources }) => sum + (parseQuantity(resources?.limits?.memory) ?? 0),
    0,
  );
}
