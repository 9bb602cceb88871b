import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { holdsNow } from "../../kube/scheduling/placement.ts";
import { PLACEMENT_READS, placementFailures, podsOf } from "../../kube/scheduling/placement-failures.ts";

export const tooManyPods = defineCheck({
  id: "too_many_pods",
  title: "The Nodes run as many Pods as they may",
  when: "a Pod waits to be scheduled because Nodes that would take it run as many Pods as the kubelet allows",
  severity: "high",
  level: "cause",
  reads: PLACEMENT_READS,
  supersedes: ["pod_unschedulable"],
  run: ({ objects }) =>
    placementFailures(objects).flatMap(({ workload, ref, placement, message, evidence }) => {
      if (!holdsNow(placement, message, "too_many_pods")) return [];
      const nodes = placement?.nodes.map(({ node }) => node) ?? [];
      const [first] = nodes;
      const alone = nodes.length === 1 && first ? refOf(first) : undefined;
      return [
        {
          object: alone ?? workload,
          title: alone
            ? `Node ${alone.name} runs as many Pods as it may`
            : `The Nodes run as many Pods as they may, and have no place for ${podsOf(workload)}`,
          confidence: "likely" as const,
          evidence: [
            evidence,
            ...(first
              ? [fieldEvidence(refOf(first), "status.allocatable[pods]", first.status?.allocatable?.pods)]
              : []),
          ] as const,
          affects: [ref],
          remedies: [
            {
              step: `Add a Node${alone ? "" : ` for ${nameOf(workload)}`}, or remove Pods that are not needed${alone ? ` from ${nameOf(alone)}` : ""}.`,
            },
            {
              step: `Or raise maxPods in the kubelet's configuration of ${first ? nameOf(refOf(first)) : "each Node"} (spec.podCIDR must have room), then start its kubelet again.`,
            },
          ],
        },
      ];
    }),
});
