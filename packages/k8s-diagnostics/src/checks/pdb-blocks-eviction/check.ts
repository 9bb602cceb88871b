import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Remedy } from "../../check.ts";
import { budgetPods, wantsAll } from "../../kube/budgets.ts";
import { DRAIN_READS, DRAINER_FAILURES, heldDrains } from "../../kube/drains.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const pdbBlocksEviction = defineCheck({
  id: "pdb_blocks_eviction",
  title: "Disruption budget never allows an eviction",
  when: "a PodDisruptionBudget wants all of its Pods healthy, so that even with all of them ready none may be evicted; medium while a Node is to be emptied and such Pods are refused or alone left there",
  severity: "low",
  level: "cause",
  reads: DRAIN_READS,
  supersedes: DRAINER_FAILURES,
  run: ({ objects, asOf }) =>
    objects.podDisruptionBudgets.all.flatMap((budget) => {
      if (!wantsAll(budget)) return [];
      const { spec, status } = budget;
      const object = refOf(budget);
      const field = spec?.maxUnavailable === undefined ? "minAvailable" : "maxUnavailable";
      const drains = heldDrains(budgetPods(budget, objects), objects, asOf);
      return [
        {
          object,
          title: `${nameOf(object)} never allows an eviction: it wants all of its ${status?.expectedPods} Pods healthy`,
          confidence: "certain" as const,
          ...(drains.length > 0 && { severity: "medium" as const }),
          evidence: [
            fieldEvidence(object, `spec.${field}`, spec?.[field]),
            fieldEvidence(object, "status.expectedPods", status?.expectedPods),
            fieldEvidence(object, "status.desiredHealthy", status?.desiredHealthy),
            ...drains.slice(0, 2).map(({ evidence }) => evidence),
          ] as const,
          affects: drains.flatMap(({ drainers }) => drainers),
          related: drains.flatMap(({ node, held }) => [node, ...held]),
          remedies: [remedyFor(budget)],
          ...(drains.length > 0 && {
            details: { nodes_held_up: drains.slice(0, 10).map(({ node }) => node.name) },
          }),
        },
      ];
    }),
});

function remedyFor(budget: ObjectOf<"podDisruptionBudgets">): Remedy {
  const { spec, status } = budget;
  const field = spec?.maxUnavailable === undefined ? "minAvailable" : "maxUnavailable";
  const single = status?.expectedPods === 1 ? " With a single replica that means a short outage." : "";
  return {
    step:
      field === "minAvailable"
        ? `Run more replicas, or let ${nameOf(refOf(budget))} allow one Pod to be away: replace spec.minAvailable by maxUnavailable 1.${single}`
        : `Set spec.maxUnavailable of ${nameOf(refOf(budget))} to 1, so that one Pod at a time may be away.${single}`,
    patch:
      field === "minAvailable"
        ? "spec:\n  minAvailable: null\n  maxUnavailable: 1\n"
        : "spec:\n  maxUnavailable: 1\n",
  };
}
