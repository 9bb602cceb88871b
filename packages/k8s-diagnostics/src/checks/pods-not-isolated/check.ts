import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isolating } from "../../kube/network/network-policies.ts";
import { workloadOf } from "../../kube/owners.ts";
import { isFinished, isTerminating } from "../../kube/pods.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";

export const podsNotIsolated = defineCheck({
  id: "pods_not_isolated",
  title: "Workload is open to all, while its namespace isolates others",
  when: "network policies isolate some Pods of a namespace for ingress, and none isolates the Pods of a workload there",
  severity: "low",
  level: "cause",
  reads: ["networkPolicies", "pods", "replicaSets", "jobs"],
  run: ({ objects }) => {
    const isolated = [...new Set(objects.networkPolicies.all.map(({ metadata }) => metadata.namespace))];
    return isolated.flatMap((namespace) => {
      const pods = objects.pods
        .in(namespace)
        .filter((pod) => !isFinished(pod) && !isTerminating(pod) && pod.spec?.hostNetwork !== true);
      const byWorkload = new Map(
        pods.map((pod) => {
          const workload = workloadOf(pod, objects);
          return [refKey(workload), { workload, pod }] as const;
        }),
      );
      const all = [...byWorkload.values()].map((each) => ({
        ...each,
        policies: isolating(each.pod, "Ingress", objects),
      }));
      const [example] = all.flatMap(({ policies }) => policies);
      if (!example) return [];
      return all
        .filter(({ policies, workload }) => policies.length === 0 && workload.kind !== "Job")
        .map(({ workload, pod }) => finding(workload, refOf(pod), refOf(example)));
    });
  },
});

function finding(workload: ObjectRef, pod: ObjectRef, example: ObjectRef) {
  return {
    object: workload,
    title: `No network policy isolates the Pods of ${nameOf(workload)}, while others of the namespace are isolated`,
    confidence: "certain" as const,
    evidence: [
      fieldEvidence(pod, "network policies that select it for ingress", 0),
      fieldEvidence(example, "metadata.name", example.name),
    ] as const,
    remedies: [
      {
        step: `Add a NetworkPolicy that selects the Pods of ${nameOf(workload)} and admits who needs them, if they should not be open to all.`,
      },
    ],
  };
}
