import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { matchesSelector } from "../selectors.ts";

type NetworkPolicy = ObjectOf<"networkPolicies">;
type Pod = ObjectOf<"pods">;

interface PolicyPort {
  readonly port?: unknown;
  readonly endPort?: number;
  readonly protocol?: string;
}

/** A port as traffic reaches it in a Pod. */
export interface TrafficPort {
  readonly number: number | undefined;
  readonly name?: string | undefined;
  readonly protocol: string;
}

/**
 * The policies that isolate a Pod in a direction. Where `policyTypes` is absent every policy is for ingress, and for
 * egress only one that has egress rules.
 * Source: k8s.io/api networking/v1 NetworkPolicySpec
 */
export function isolating(
  pod: Pod,
  direction: "Ingress" | "Egress",
  objects: Pick<Objects, "networkPolicies">,
): readonly NetworkPolicy[] {
  return objects.networkPolicies
    .in(pod.metadata.namespace)
    .filter(
      (policy) =>
        isFor(policy, direction) && matchesSelector(policy.spec?.podSelector ?? {}, pod.metadata.labels),
    );
}

/** Whether a policy is for this direction at all. */
export function isFor({ spec }: NetworkPolicy, direction: "Ingress" | "Egress"): boolean {
  if (spec?.policyTypes) return spec.policyTypes.includes(direction);
  return direction === "Ingress" || spec?.egress !== undefined;
}

/** Whether any rule of the policies lets traffic through on this port, from or to anywhere at all. */
export function admitsPort(
  policies: readonly NetworkPolicy[],
  direction: "Ingress" | "Egress",
  port: TrafficPort,
): boolean {
  return policies.some(({ spec }) =>
    ((direction === "Ingress" ? spec?.ingress : spec?.egress) ?? []).some(({ ports }) => {
      if (!ports || ports.length === 0) return true;
      return ports.some((rule: PolicyPort) => covers(rule, port));
    }),
  );
}

function covers(
  { port: rule, endPort, protocol = "TCP" }: PolicyPort,
  { number, name, protocol: wanted }: TrafficPort,
): boolean {
  if (protocol !== wanted) return false;
  if (rule === undefined || rule === null) return true;
  if (typeof rule === "string") return rule === name || number === undefined;
  if (typeof rule !== "number" || number === undefined) return true;
  return number >= rule && number <= (endPort ?? rule);
}
