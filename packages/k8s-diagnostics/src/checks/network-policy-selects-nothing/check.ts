import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { correctedLabels, nearestTo } from "../../kube/network/nearest-workload.ts";
import { toYaml } from "../../kube/patch.ts";
import { isFinished, isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { matchesSelector } from "../../kube/selectors.ts";
import { isYoung } from "../../kube/starting.ts";
import { templateLabels, type WorkloadSources, workloadsIn } from "../../kube/workloads.ts";

export const networkPolicySelectsNothing = defineCheck({
  id: "network_policy_selects_nothing",
  title: "Network policy selects no Pod",
  when: "no Pod and no workload of the namespace has the labels that spec.podSelector of a NetworkPolicy asks for",
  severity: "low",
  level: "cause",
  reads: ["networkPolicies", "pods", "deployments", "statefulSets", "daemonSets", "replicaSets", "cronJobs"],
  run: ({ objects, asOf }) =>
    objects.networkPolicies.all
      .filter((policy) => !isYoung(policy, asOf) && !isTerminating(policy))
      .filter(({ metadata: { namespace }, spec }) => {
        const selector = spec?.podSelector ?? {};
        const pods = objects.pods.in(namespace).filter((pod) => !isFinished(pod));
        const labels = [
          ...pods.map(({ metadata }) => metadata.labels),
          ...workloadsIn(objects, namespace).map(templateLabels),
          ...objects.cronJobs
            .in(namespace)
            .map((job) => job.spec?.jobTemplate?.spec?.template?.metadata?.labels),
        ];
        // An empty namespace may have its policies first.
        if (labels.length === 0 || !objects.pods.knows(namespace)) return false;
        return !labels.some((each) => matchesSelector(selector, each));
      })
      .map((policy) => {
        const object = refOf(policy);
        return {
          object,
          title: `${nameOf(object)} selects no Pod`,
          confidence: "likely" as const,
          evidence: [fieldEvidence(object, "spec.podSelector", policy.spec?.podSelector)] as const,
          remedies: [
            {
              step: `Set spec.podSelector of ${nameOf(object)} to labels that Pods have, or delete it.`,
              ...corrected(policy, objects),
            },
          ],
        };
      }),
});

function corrected(policy: ObjectOf<"networkPolicies">, objects: WorkloadSources) {
  const { matchLabels = {}, matchExpressions = [] } = policy.spec?.podSelector ?? {};
  if (matchExpressions.length > 0) return {};
  const labels = correctedLabels(matchLabels, nearestTo(policy, matchLabels, objects));
  if (!labels) return {};
  const gone = Object.keys(matchLabels).filter((key) => labels[key] === undefined);
  const removed = Object.fromEntries(gone.filter(isQualifiedName).map((key) => [key, null]));
  return { patch: toYaml({ spec: { podSelector: { matchLabels: { ...removed, ...labels } } } }) };
}
