import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import type { Remedy } from "../../check.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import type { PolicyGap } from "../../kube/network/policy-gaps.ts";
import { rulesPatch } from "../../kube/network/policy-patches.ts";
import { type ArrivalPort, type Direction, type NetworkPolicy, rulesOf } from "../../kube/network/traffic.ts";
import { workloadOf } from "../../kube/owners.ts";
import { type PatchValue, toYaml } from "../../kube/patch.ts";
import { nameOf } from "../../kube/refs.ts";
import { workloadsIn } from "../../kube/workloads.ts";
import type { Read } from "./client.ts";

type Pod = ObjectOf<"pods">;

/** A rule for exactly the Pods of the other end's workload. Undefined when they have no labels to tell them by. */
export function admittingRule(
  other: Pod,
  namespace: string,
  direction: Direction,
  { number, protocol }: ArrivalPort,
  objects: Read,
): PatchValue | undefined {
  const labels = stableLabels(other, objects);
  if (Object.keys(labels).length === 0) return undefined;
  const peer = {
    ...(other.metadata.namespace !== namespace && {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": other.metadata.namespace } },
    }),
    podSelector: { matchLabels: labels },
  };
  return { [direction === "Ingress" ? "from" : "to"]: [peer], ports: [{ port: number, protocol }] };
}

/** What a workload selects its Pods by: these do not change from one rollout to the next. */
function stableLabels(pod: Pod, objects: Read): Readonly<Record<string, string>> {
  const workload = workloadOf(pod, objects);
  const found = workloadsIn(objects, workload.namespace).find(
    (each) => each.kind === workload.kind && each.metadata.name === workload.name,
  );
  const labels = found?.spec?.selector?.matchLabels ?? pod.metadata.labels ?? {};
  return Object.fromEntries(
    Object.entries(labels).filter(
      ([key, value]) =>
        !/(?:-hash|revision|generation|pod-name|pod-index)$/.test(key) && isPlainLabel(key, value),
    ),
  );
}

/** Lists of rules are replaced as a whole, so that the patch repeats those that are there. */
export function rulePatch(policy: NetworkPolicy, direction: Direction, rule: PatchValue): string | undefined {
  return rulesPatch([...rulesOf(policy, direction), rule], direction);
}

/** Where one label is all that is missing, the other end can be given it. */
export function labelPatch({ lacks }: PolicyGap, other: Pod, objects: Read): readonly Remedy[] {
  if (lacks.kind !== "label" || !isPlainLabel(lacks.key, lacks.wanted)) return [];
  const labels = { metadata: { labels: { [lacks.key]: lacks.wanted } } };
  if (lacks.on === "Namespace") {
    const { namespace } = other.metadata;
    if (lacks.key === "kubernetes.io/metadata.name") return [];
    return [
      {
        step: `Or give Namespace ${namespace} the label ${lacks.key} that the policy asks for.`,
        object: { kind: "Namespace", namespace: "", name: namespace },
        patch: toYaml(labels),
      },
    ];
  }
  const workload = workloadOf(other, objects);
  const isTemplated = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].includes(workload.kind);
  return [
    {
      step: `Or give the Pods of ${nameOf(workload)} the label ${lacks.key} that the policy asks for.`,
      object: workload,
      ...((isTemplated || workload.kind === "Pod") && {
        patch: toYaml(isTemplated ? { spec: { template: labels } } : labels),
      }),
    },
  ];
}

function isPlainLabel(key: string, value: string): boolean {
  return isQualifiedName(key) && isLabelValue(value);
}
