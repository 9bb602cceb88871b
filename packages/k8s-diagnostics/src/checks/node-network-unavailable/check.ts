import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { JOINING_SECONDS, nodeCondition, podsSufferingFrom } from "../../kube/scheduling/node-conditions.ts";
import { PLACEMENT_READS } from "../../kube/scheduling/placement-failures.ts";
import { secondsBetween } from "../../kube/time.ts";

export const nodeNetworkUnavailable = defineCheck({
  id: "node_network_unavailable",
  title: "The network of a Node is not set up",
  when: "the condition NetworkUnavailable of a Node that is not just joining is True",
  severity: "high",
  level: "cause",
  reads: PLACEMENT_READS,
  supersedes: ["pod_unschedulable"],
  run: ({ objects, asOf }) => {
    const cut = objects.nodes.all.filter(
      (node) =>
        nodeCondition(node, "NetworkUnavailable")?.status === "True" &&
        (secondsBetween(node.metadata.creationTimestamp, asOf) ?? Infinity) > JOINING_SECONDS,
    );
    if (cut.length === 0) return [];
    const podsOf = podsSufferingFrom(cut, objects);
    return cut.map((node) => {
      const ref = refOf(node);
      const condition = nodeCondition(node, "NetworkUnavailable");
      return {
        object: ref,
        title: `The network of ${nameOf(ref)} is not set up`,
        confidence: "certain" as const,
        evidence: [
          fieldEvidence(ref, "status.conditions[NetworkUnavailable].status", "True"),
          fieldEvidence(ref, "status.conditions[NetworkUnavailable].message", condition?.message),
        ] as const,
        affects: podsOf(node),
        remedies: [
          {
            step: `Look at the network plug-in's Pod on ${nameOf(ref)}, or at the routes that the cloud controller makes for it.`,
          },
        ],
        ...(condition?.reason !== undefined && { details: { reason: condition.reason } }),
      };
    });
  },
});
