import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { budgetPods } from "../../kube/budgets.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Budget = ObjectOf<"podDisruptionBudgets">;

/** Source: k8s.io/kubernetes pkg/registry/core/pod/storage/eviction.go: such evictions are refused with status 500 */
export const pdbOverlapping = defineCheck({
  id: "pdb_overlapping",
  title: "Pods stand under more than one disruption budget",
  when: "two PodDisruptionBudgets of a namespace select the same Pod, which the API server then refuses to evict",
  severity: "low",
  level: "cause",
  reads: ["podDisruptionBudgets", "pods"],
  run: ({ objects }) => {
    const budgets = new Map<ObjectOf<"pods">, readonly Budget[]>();
    for (const budget of objects.podDisruptionBudgets.all) {
      for (const pod of budgetPods(budget, objects)) budgets.set(pod, [...(budgets.get(pod) ?? []), budget]);
    }
    const pairs = new Map<string, { readonly pod: ObjectOf<"pods">; readonly both: readonly Budget[] }>();
    for (const [pod, both] of budgets) {
      const key = both.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(" ");
      if (both.length > 1 && !pairs.has(key)) pairs.set(key, { pod, both });
    }
    return [...pairs.values()].flatMap(({ pod, both: [first, ...others] }) => {
      const other = others.at(-1);
      if (!first || !other) return [];
      const object = refOf(other);
      return [
        {
          object,
          subject: first.metadata.name,
          title: `${nameOf(object)} selects Pods that ${nameOf(refOf(first))} selects, too: they cannot be evicted`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.selector", other.spec?.selector),
            fieldEvidence(refOf(first), "spec.selector", first.spec?.selector),
            fieldEvidence(refOf(pod), "metadata.labels", pod.metadata.labels),
          ] as const,
          related: [refOf(first), refOf(pod)],
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
