import { defineCheck } from "../../check.ts";
import { allowsNothing, budgetPods, wantsAll } from "../../kube/budgets.ts";
import { DRAIN_READS, DRAINER_FAILURES, heldDrains } from "../../kube/drains.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { toYaml } from "../../kube/patch.ts";
import { isReady } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const pdbWaitsForHealthy = defineCheck({
  id: "pdb_waits_for_healthy",
  title: "Disruption budget allows no eviction until Pods are healthy again",
  when: "a PodDisruptionBudget that leaves room allows no eviction now because Pods of it are not healthy; medium while a Node is to be emptied and its Pods are refused or alone left there",
  severity: "low",
  level: "symptom",
  reads: DRAIN_READS,
  supersedes: DRAINER_FAILURES,
  run: ({ objects, asOf }) =>
    objects.podDisruptionBudgets.all.flatMap((budget) => {
      const { spec, status } = budget;
      const { currentHealthy = 0, expectedPods = 0, desiredHealthy = 0 } = status ?? {};
      if (!allowsNothing(budget) || wantsAll(budget) || currentHealthy >= expectedPods) return [];
      const object = refOf(budget);
      const pods = budgetPods(budget, objects);
      const unhealthy = pods.filter((pod) => !isReady(pod));
      const drains = heldDrains(pods, objects, asOf);
      const mayEvictUnhealthy = spec?.unhealthyPodEvictionPolicy === "AlwaysAllow";
      return [
        {
          object,
          title: `${nameOf(object)} allows no eviction now: ${currentHealthy} of ${expectedPods} Pods are healthy, and it wants ${desiredHealthy}`,
          confidence: "certain" as const,
          ...(drains.length > 0 && { severity: "medium" as const }),
          evidence: [
            fieldEvidence(object, "status.currentHealthy", currentHealthy),
            fieldEvidence(object, "status.desiredHealthy", desiredHealthy),
            fieldEvidence(object, "status.disruptionsAllowed", 0),
            ...drains.slice(0, 2).map(({ evidence }) => evidence),
          ] as const,
          because: unhealthy.map(refOf),
          affects: drains.flatMap(({ drainers }) => drainers),
          related: drains.flatMap(({ node, held }) => [node, ...held]),
          remedies: [
            {
              step: `Make the Pods of ${nameOf(object)} ready that are not; its own settings leave room.`,
            },
            ...(mayEvictUnhealthy
              ? []
              : [
                  {
                    step: `Or let Pods that are not ready be evicted: set spec.unhealthyPodEvictionPolicy of ${nameOf(object)} to AlwaysAllow.`,
                    patch: toYaml({ spec: { unhealthyPodEvictionPolicy: "AlwaysAllow" } }),
                  },
                ]),
          ],
          details: { current_healthy: currentHealthy, desired_healthy: desiredHealthy },
        },
      ];
    }),
});
