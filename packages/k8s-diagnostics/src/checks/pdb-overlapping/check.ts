import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { budgetPods } from "../../kube/budgets.ts";
import { DRAIN_READS, DRAINER_FAILURES, heldDrains } from "../../kube/drains.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Budget = ObjectOf<"podDisruptionBudgets">;

/** Source: k8s.io/kubernetes pkg/registry/core/pod/storage/eviction.go: such evictions are refused with status 500 */
export const pdbOverlapping = defineCheck({
  id: "pdb_overlapping",
  title: "Pods stand under more than one disruption budget",
  when: "two PodDisruptionBudgets of a namespace select the same Pod, which the API server then refuses to evict; medium while a Node is to be emptied and such Pods are refused or alone left there",
  severity: "low",
  level: "cause",
  reads: DRAIN_READS,
  supersedes: DRAINER_FAILURES,
  run: ({ objects, asOf }) => {
    const budgets = new Map<ObjectOf<"pods">, readonly Budget[]>();
    for (const budget of objects.podDisruptionBudgets.all) {
      for (const pod of budgetPods(budget, objects)) budgets.set(pod, [...(budgets.get(pod) ?? []), budget]);
    }
    const shared = [...budgets].filter(([, both]) => both.length > 1);
    const pairs = Map.groupBy(shared, ([, both]) =>
      both.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(" "),
    );
    return [...pairs.values()].flatMap((pair) => {
      const [pod, [first, ...others]] = pair[0] ?? [undefined, []];
      const other = others.at(-1);
      if (!pod || !first || !other) return [];
      const object = refOf(other);
      const pods = pair.map(([each]) => each);
      const drains = heldDrains(pods, objects, asOf);
      const drainers = drains.flatMap((drain) => drain.drainers);
      return [
        {
          object,
          // A drainer's failure has the subject of its container.
          ...(drainers.length === 0 && { subject: first.metadata.name }),
          title: `${nameOf(object)} selects Pods that ${nameOf(refOf(first))} selects, too: they cannot be evicted`,
          confidence: "certain" as const,
          ...(drains.length > 0 && { severity: "medium" as const }),
          evidence: [
            fieldEvidence(object, "spec.selector", other.spec?.selector),
            fieldEvidence(refOf(first), "spec.selector", first.spec?.selector),
            fieldEvidence(refOf(pod), "metadata.labels", pod.metadata.labels),
            ...drains.slice(0, 2).map(({ evidence }) => evidence),
          ] as const,
          affects: drainers,
          related: [refOf(first), refOf(pod), ...drains.flatMap(({ node, held }) => [node, ...held])],
          remedies: [
            {
              step: `Keep one budget for these Pods: delete ${nameOf(object)} (kubectl delete poddisruptionbudget ${object.name} --namespace ${object.namespace}), or narrow spec.selector so that no Pod matches both.`,
            },
          ],
        },
      ];
    });
  },
});
