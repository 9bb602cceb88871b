import { isDnsSubdomain, type ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { workloadOf } from "../../kube/owners.ts";
import { podCondition } from "../../kube/pods.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";
import { unschedulablePods } from "../../kube/scheduling/unschedulable.ts";

/** Source: k8s.io/kubernetes pkg/scheduler/framework/plugins/defaultpreemption PodEligibleToPreemptOthers */
const NEVER = "not eligible due to preemptionPolicy=Never";

export const preemptionForbidden = defineCheck({
  id: "preemption_forbidden",
  title: "Pod of high priority waits because it may not make others go",
  when: "a Pod with a priority above 0 cannot be scheduled, and its PriorityClass has the preemptionPolicy Never",
  severity: "low",
  level: "cause",
  reads: ["pods", "events", "replicaSets", "jobs"],
  run: ({ objects }) => {
    const found = new Map<string, Finding>();
    for (const { pod, evidence } of unschedulablePods(objects)) {
      const isRefused = podCondition(pod, "PodScheduled")?.message?.includes(NEVER) === true;
      if (!isRefused || pod.spec?.preemptionPolicy !== "Never" || (pod.spec.priority ?? 0) <= 0) continue;
      const workload = workloadOf(pod, objects);
      const name = pod.spec.priorityClassName ?? "";
      const source: ObjectRef = isDnsSubdomain(name)
        ? { kind: "PriorityClass", namespace: "", name }
        : workload;
      found.set(`${refKey(source)} ${refKey(workload)}`, {
        object: source,
        subject: refKey(workload),
        title: `${nameOf(workload)} may not make Pods of lower priority go`,
        confidence: "certain",
        evidence: [evidence, fieldEvidence(refOf(pod), "spec.preemptionPolicy", pod.spec.preemptionPolicy)],
        related: [workload, refOf(pod)],
        details: { priority: pod.spec.priority },
        remedies: [
          {
            step: `Use a PriorityClass with the preemptionPolicy PreemptLowerPriority for ${nameOf(workload)} if it is to make room for itself: the field of an existing class cannot be changed.`,
            object: workload,
          },
        ],
      });
    }
    return [...found.values()];
  },
});
