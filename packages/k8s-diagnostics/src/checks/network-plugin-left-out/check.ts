import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { leftOut, templateAsPod } from "../../kube/scheduling/left-out.ts";
import { isNetworkPlugin, lacksNetwork } from "../../kube/scheduling/network-plugin.ts";
import { JOINING_SECONDS, nodeCondition, podsSufferingFrom } from "../../kube/scheduling/node-conditions.ts";
import { PLACEMENT_READS } from "../../kube/scheduling/placement-failures.ts";
import { secondsBetween } from "../../kube/time.ts";

type Node = ObjectOf<"nodes">;

export const networkPluginLeftOut = defineCheck({
  id: "network_plugin_left_out",
  title: "Network plug-in leaves a Node out",
  when: "a Node that is not just joining has no network for Pods, and the DaemonSet of the network plug-in makes no Pod for it, because of a taint that it does not tolerate or a label that it selects",
  severity: "high",
  level: "cause",
  reads: [...PLACEMENT_READS, "daemonSets"],
  supersedes: ["node_not_ready", "node_network_unavailable", "sandbox_failed", "pod_unschedulable"],
  run: ({ objects, asOf }) => {
    const cutOff = objects.nodes.all.filter((node) => isCutOff(node, asOf));
    if (cutOff.length === 0) return [];
    const sets = objects.daemonSets.all.filter((set) => isNetworkPlugin(templateAsPod(set)));
    const podsOf = podsSufferingFrom(cutOff, objects);
    return cutOff.flatMap((node): readonly Finding[] => {
      const { name } = node.metadata;
      // One plug-in that is there, or is meant to be, is to be looked at itself.
      const reasons = sets.map((set) => ({ set, why: leftOut(set, node) }));
      const [first] = reasons;
      if (!first?.why || reasons.some(({ why }) => why === undefined)) return [];
      const { set, why } = first;
      const object = refOf(set);
      if (podsControlledBy(object, objects).some(({ spec }) => spec?.nodeName === name)) return [];
      const ready = nodeCondition(node, "Ready");
      return [
        {
          object,
          subject: name,
          title: `${nameOf(object)}, the network plug-in, has no Pod on ${nameOf(refOf(node))}: ${why.reason}`,
          confidence: "certain",
          evidence: [
            ...why.evidence,
            fieldEvidence(refOf(node), "status.conditions[Ready].message", ready?.message),
          ],
          affects: [refOf(node), ...podsOf(node)],
          remedies: why.remedies,
          details: { node: name },
        },
      ];
    });
  },
});

function isCutOff(node: Node, asOf: string): boolean {
  const age = secondsBetween(node.metadata.creationTimestamp, asOf) ?? Infinity;
  return age > JOINING_SECONDS && lacksNetwork(nodeCondition(node, "Ready")?.message);
}
