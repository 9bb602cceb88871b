import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isFor } from "./network-policies.ts";
import {
  type ArrivalPort,
  admitsPeer,
  admitsPort,
  type Barrier,
  type NetworkPolicy,
  namespaceLabels,
  peersOf,
  rulesOf,
} from "./traffic.ts";

type Pod = ObjectOf<"pods">;

/** The policy of a barrier that comes nearest to admitting the traffic, and what it lacks. */
export interface PolicyGap {
  readonly policy: NetworkPolicy;
  /** The rule that nearly admits it; undefined when the policy has no rule for it at all. */
  readonly rule: number | undefined;
  readonly lacks:
    | { readonly kind: "rule" }
    | { readonly kind: "port" }
    | {
        /** The only label that keeps the Pod at the other end, or its namespace, from being selected. */
        readonly kind: "label";
        readonly on: "Pod" | "Namespace";
        readonly key: string;
        readonly wanted: string;
        readonly present: string | undefined;
      };
}

/** @param other The Pod at the other end of the traffic than the one that the barrier isolates. */
export function gapOf(
  { direction, policies }: Barrier,
  other: Pod,
  to: Pod,
  port: ArrivalPort,
  objects: Pick<Objects, "namespaces">,
): PolicyGap | undefined {
  const gaps = policies.flatMap((policy) =>
    rulesOf(policy, direction).flatMap((rule, index): readonly PolicyGap[] => {
      const { namespace } = policy.metadata;
      if (!admitsPort(rule, port, to))
        return admitsPeer(rule, other, namespace, objects)
          ? [{ policy, rule: index, lacks: { kind: "port" } }]
          : [];
      const label = missingLabel(rule, other, namespace, objects);
      return label ? [{ policy, rule: index, lacks: label }] : [];
    }),
  );
  const policy = policies.find((each) => rulesOf(each, direction).length === 0) ?? policies[0];
  return (
    gaps.find((gap) => !isForAnybody(gap, direction)) ??
    gaps[0] ??
    (policy && { policy, rule: undefined, lacks: { kind: "rule" } })
  );
}

/** A rule for every Pod, such as one that opens port 53, is not meant for these two more than for others. */
function isForAnybody({ policy, rule, lacks }: PolicyGap, direction: Barrier["direction"]): boolean {
  const found = rulesOf(policy, direction)[rule ?? -1];
  return lacks.kind === "port" && (found === undefined || peersOf(found).length === 0);
}

/** A policy that admits the traffic and does not select the Pod that other policies isolate. */
export interface NearPolicy {
  readonly policy: NetworkPolicy;
  /** The label of its podSelector that the Pod lacks. */
  readonly key: string;
  readonly wanted: string;
}

/** The policy that would lift the barrier if the isolated Pod had one more label. */
export function nearPolicy(
  { direction }: Barrier,
  [from, to]: readonly [Pod, Pod],
  port: ArrivalPort,
  objects: Pick<Objects, "namespaces" | "networkPolicies">,
): NearPolicy | undefined {
  const [isolated, other] = direction === "Egress" ? [from, to] : [to, from];
  const { namespace, labels } = isolated.metadata;
  for (const policy of objects.networkPolicies.in(namespace)) {
    if (!isFor(policy, direction) || policy.spec?.podSelector?.matchExpressions?.length) continue;
    const missing = differences(policy.spec?.podSelector?.matchLabels, labels, "Pod");
    const [only] = missing;
    if (!only || missing.length > 1 || only.present !== undefined) continue;
    const isAdmitted = rulesOf(policy, direction).some(
      (rule) =>
        admitsPort(rule, port, to) && peersOf(rule).length > 0 && admitsPeer(rule, other, namespace, objects),
    );
    if (isAdmitted) return { policy, key: only.key, wanted: only.wanted };
  }
  return undefined;
}

/** The label by which a peer of the rule misses the Pod, where it is a single one. */
function missingLabel(
  rule: Parameters<typeof peersOf>[0],
  other: Pod,
  namespace: string,
  objects: Pick<Objects, "namespaces">,
): Extract<PolicyGap["lacks"], { kind: "label" }> | undefined {
  const isElsewhere = other.metadata.namespace !== namespace;
  for (const { ipBlock, namespaceSelector, podSelector } of peersOf(rule)) {
    if (ipBlock || (isElsewhere && !namespaceSelector)) continue;
    if (namespaceSelector?.matchExpressions?.length || podSelector?.matchExpressions?.length) continue;
    const pairs = [
      ...differences(podSelector?.matchLabels, other.metadata.labels, "Pod"),
      ...differences(
        namespaceSelector?.matchLabels,
        namespaceLabels(other.metadata.namespace, objects),
        "Namespace",
      ),
    ];
    const [only] = pairs;
    if (only && pairs.length === 1) return only;
  }
  return undefined;
}

function differences(
  wanted: Readonly<Record<string, string>> = {},
  labels: Readonly<Record<string, string>> = {},
  on: "Pod" | "Namespace",
) {
  return Object.entries(wanted)
    .filter(([key, value]) => labels[key] !== value)
    .map(([key, value]) => ({ kind: "label" as const, on, key, wanted: value, present: labels[key] }));
}
