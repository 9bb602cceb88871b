import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const pdbBlocksEviction = defineCheck({
  id: "pdb_blocks_eviction",
  title: "Disruption budget never allows an eviction",
  when: "a PodDisruptionBudget wants all of its Pods healthy, so that even with all of them ready none may be evicted",
  severity: "low",
  level: "cause",
  reads: ["podDisruptionBudgets"],
  run: ({ objects }) =>
    objects.podDisruptionBudgets.all.flatMap((budget) => {
      const { spec, status } = budget;
      const expected = status?.expectedPods ?? 0;
      if (expected === 0 || (status?.disruptionsAllowed ?? 1) > 0 || (status?.desiredHealthy ?? 0) < expected)
        return [];
      const object = refOf(budget);
      const field = spec?.maxUnavailable === undefined ? "minAvailable" : "maxUnavailable";
      return [
        {
          object,
          title: `${nameOf(object)} never allows an eviction: it wants all of its ${expected} Pods healthy`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, `spec.${field}`, spec?.[field]),
            fieldEvidence(object, "status.expectedPods", expected),
            fieldEvidence(object, "status.desiredHealthy", status?.desiredHealthy),
          ] as const,
          remedies: [
            {
              step: `Run more replicas, or let ${nameOf(object)} allow one Pod to be away: replace spec.${field} by maxUnavailable 1.`,
              patch: "spec:\n  minAvailable: null\n  maxUnavailable: 1\n",
            },
          ],
        },
      ];
    }),
});
