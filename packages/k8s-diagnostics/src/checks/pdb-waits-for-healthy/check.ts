import { defineCheck } from "../../check.ts";
import { allowsNothing, budgetPods, DRAIN_READS, drainsHeldUp, wantsAll } from "../../kube/budgets.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { toYaml } from "../../kube/patch.ts";
import { isReady } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const pdbWaitsForHealthy = defineCheck({
  id: "pdb_waits_for_healthy",
  title: "Disruption budget allows no eviction until Pods are healthy again",
  when: "a PodDisruptionBudget that leaves room allows no eviction now because Pods of it are not healthy; medium while a Node is cordoned and has none but its Pods left",
  severity: "low",
  level: "symptom",
  reads: DRAIN_READS,
  run: ({ objects }) =>
    objects.podDisruptionBudgets.all.flatMap((budget) => {
      const { spec, status } = budget;
      const { currentHealthy = 0, expectedPods = 0, desiredHealthy = 0 } = status ?? {};
      if (!allowsNothing(budget) || wantsAll(budget) || currentHealthy >= expectedPods) return [];
      const object = refOf(budget);
      const pods = budgetPods(budget, objects);
      const unhealthy = pods.filter((pod) => !isReady(pod));
      const nodes = drainsHeldUp(pods, objects);
      const mayEvictUnhealthy = spec?.unhealthyPodEvictionPolicy === "AlwaysAllow";
      return [
        {
          object,
          title: `${nameOf(object)} allows no eviction now: ${currentHealthy} of ${expectedPods} Pods are healthy, and it wants ${desiredHealthy}`,
          confidence: "certain" as const,
          ...(nodes.length > 0 && { severity: "medium" as const }),
          evidence: [
            fieldEvidence(object, "status.currentHealthy", currentHealthy),
            fieldEvidence(object, "status.desiredHealthy", desiredHealthy),
            fieldEvidence(object, "status.disruptionsAllowed", 0),
            ...nodes.slice(0, 2).map((node) => fieldEvidence(node, "spec.unschedulable", true)),
          ] as const,
          because: unhealthy.map(refOf),
          related: nodes,
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
