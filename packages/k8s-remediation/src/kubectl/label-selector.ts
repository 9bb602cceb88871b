import type { ObjectOf } from "@k8s-ops/k8s-cluster";

type LabelSelector = NonNullable<ObjectOf<"deployments">["spec"]>["selector"];

/** A label selector in the form of a query. Source: k8s.io/apimachinery pkg/apis/meta/v1/helpers.go */
export function selectorQuery(selector: LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
  });
  return [...equal, ...expressions].join(",");
}
