import type { Wire } from "@k8s-ops/k8s-cluster";
import type { V1LabelSelector } from "@kubernetes/client-node";

type Labels = Readonly<Record<string, string>>;

/** Whether an equality selector (Service, ReplicationController) matches. An empty one matches nothing here. */
export function matchesLabels(selector: Labels | undefined, labels: Labels | undefined): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels?.[key] === value);
}

/**
 * Whether a label selector matches; an empty one matches everything, an absent one nothing.
 * Source: k8s.io/apimachinery pkg/apis/meta/v1 LabelSelector
 */
export function matchesSelector(selector: Wire<V1LabelSelector> | undefined, labels: Labels = {}): boolean {
  if (!selector) return false;
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const included = value !== undefined && values.includes(value);
      return operator === "In" ? included : operator === "NotIn" ? !included : false;
    })
  );
}
