import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import type { PodTemplateSpec } from "../../kube/admission/create-failures.ts";
import { workloadOf } from "../../kube/owners.ts";
import { isFinished } from "../../kube/pods.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf } from "../../kube/refs.ts";
import { podRequests } from "../../kube/scheduling/requests.ts";

/** One resource of a refusal by quota. Amounts in base units. */
export interface Excess {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly hard: number;
}

export interface QuotaRefusal {
  readonly quota: string;
  readonly excesses: readonly Excess[];
}

/** Source: k8s.io/apiserver pkg/admission/plugin/resourcequota controller.go CheckRequest */
export function parseQuotaRefusal(message: string): QuotaRefusal | undefined {
  const match =
    /exceeded quota: ([^,\s]{1,253}), requested: ([^\s]{1,2000}), used: ([^\s]{1,2000}), limited: ([^\s]{1,2000})/.exec(
      message,
    );
  if (!match) return undefined;
  const [, quota = "", requested = "", used = "", hard = ""] = match;
  const [wants, has, may] = [pairs(requested), pairs(used), pairs(hard)];
  return {
    quota,
    excesses: [...wants].map(([resource, amount]) => ({
      resource,
      requested: amount,
      used: has.get(resource) ?? 0,
      hard: may.get(resource) ?? 0,
    })),
  };
}

function pairs(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split(",").flatMap((pair) => {
      const at = pair.lastIndexOf("=");
      const amount = at > 0 ? parseQuantity(pair.slice(at + 1)) : undefined;
      return amount === undefined ? [] : [[pair.slice(0, at), amount] as const];
    }),
  );
}

/** Whether what was refused has room by now. */
export function fitsNow({ resource, requested }: Excess, { status }: ObjectOf<"resourceQuotas">): boolean {
  const used = parseQuantity(status?.used?.[resource]);
  const hard = parseQuantity(status?.hard?.[resource]);
  return used !== undefined && hard !== undefined && used + requested <= hard;
}

/** The name of the resource without the part that quotas put before it: `cpu` of `requests.cpu`. */
export function plainResource(resource: string): string {
  return resource.replace(/^(?:requests|limits)\./, "");
}

/** Where the template asks for most of the resource, when it is one that Pods request. */
export function largestAsk(template: PodTemplateSpec, resource: string) {
  const side = resource.startsWith("limits.") ? "limits" : "requests";
  return [...(template?.containers ?? [])]
    .flatMap(({ name, resources }) => {
      const value = resources?.[side]?.[plainResource(resource)];
      return value === undefined ? [] : [{ container: name, side, value }];
    })
    .sort((a, b) => (parseQuantity(b.value) ?? 0) - (parseQuantity(a.value) ?? 0))[0];
}

/** The Pods of the namespace that take most of the resource, when it is one that Pods request. */
export function largestUsers(
  namespace: string,
  resource: string,
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs">,
) {
  if (resource.startsWith("limits.")) return [];
  return objects.pods
    .in(namespace)
    .filter((pod) => !isFinished(pod))
    .map((pod) => ({ pod, amount: podRequests(pod).get(plainResource(resource)) ?? 0 }))
    .filter(({ amount }) => amount > 0)
    .sort((a, b) => b.amount - a.amount)
    .slice(0, 3)
    .map(({ pod, amount }) => ({
      pod: pod.metadata.name,
      workload: nameOf(workloadOf(pod, objects)),
      amount,
    }));
}
