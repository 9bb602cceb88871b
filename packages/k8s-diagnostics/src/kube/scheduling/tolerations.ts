import type { ObjectOf } from "@k8s-ops/k8s-cluster";

type NodeSpec = NonNullable<ObjectOf<"nodes">["spec"]>;
type PodSpec = NonNullable<ObjectOf<"pods">["spec"]>;

export type Taint = NonNullable<NodeSpec["taints"]>[number];
export type Toleration = NonNullable<PodSpec["tolerations"]>[number];

export const CORDON_TAINT = "node.kubernetes.io/unschedulable";

const CONTROL_PLANE = new Set(["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"]);

/**
 * Whether one toleration covers the taint.
 * Source: k8s.io/api core/v1 toleration.go ToleratesTaint
 */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  const value = taint.value ?? "";
  if (toleration.operator === "Exists") return true;
  if (toleration.operator === "Lt") return Number(value) < Number(toleration.value);
  if (toleration.operator === "Gt") return Number(value) > Number(toleration.value);
  return toleration.key !== undefined && (toleration.value ?? "") === value;
}

/** The taints that keep a Pod with these tolerations from being scheduled; the one that a cordon sets is left out. */
export function untoleratedTaints(
  node: ObjectOf<"nodes">,
  tolerations: readonly Toleration[] = [],
): readonly Taint[] {
  return (node.spec?.taints ?? []).filter(
    (taint) =>
      (taint.effect === "NoSchedule" || taint.effect === "NoExecute") &&
      !(taint.key === CORDON_TAINT && node.spec?.unschedulable) &&
      !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** Set by the node controller while a condition of the Node lasts: the Node's condition is to be mended, not the Pod. */
export function isConditionTaint({ key }: Taint): boolean {
  return key.startsWith("node.kubernetes.io/") || key.startsWith("node.cloudprovider.kubernetes.io/");
}

const REMOVAL = new Set([
  "ToBeDeletedByClusterAutoscaler",
  "karpenter.sh/disrupted",
  "karpenter.sh/disruption",
]);

/**
 * Set by software for a while, so that no Pod is meant to tolerate it: `removal` while an autoscaler removes the Node,
 * `startup` until an agent on the Node is ready.
 * Source: cluster-autoscaler utils/taints; karpenter.sh v1 taints.go; Cilium and CSI drivers `…/agent-not-ready`
 */
export function passingTaint({ key }: Taint): "removal" | "startup" | undefined {
  if (REMOVAL.has(key)) return "removal";
  return key.endsWith("/agent-not-ready") || key === "karpenter.sh/unregistered" ? "startup" : undefined;
}

export function isControlPlaneTaint({ key }: Taint): boolean {
  return CONTROL_PLANE.has(key);
}
