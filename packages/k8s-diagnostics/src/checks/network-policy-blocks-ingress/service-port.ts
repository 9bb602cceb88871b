import type { Remedy } from "../../check.ts";
import { rulesPatch } from "../../kube/network/policy-patches.ts";
import type { ContainerPort } from "../../kube/network/service-ports.ts";
import { type NetworkPolicy, type PolicyRule, rulesOf } from "../../kube/network/traffic.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/** A rule that admits the port of a Service where policies see that of the Pod. */
export interface ConfusedRule {
  readonly policy: NetworkPolicy;
  readonly rule: number;
}

/** The rule that somebody wrote for this Service and that admits nothing: no container has the port that it names. */
export function confusedRule(
  policies: readonly NetworkPolicy[],
  { port, protocol = "TCP" }: { readonly port: number; readonly protocol?: string | undefined },
  declared: readonly ContainerPort[],
): ConfusedRule | undefined {
  if (declared.length === 0 || declared.some(({ number }) => number === port)) return undefined;
  for (const policy of policies) {
    const rule = rulesOf(policy, "Ingress").findIndex((each) => namesPort(each, port, protocol));
    if (rule >= 0) return { policy, rule };
  }
  return undefined;
}

function namesPort({ ports = [] }: PolicyRule, wanted: number, protocol: string): boolean {
  return ports.some(
    ({ port, endPort, protocol: own = "TCP" }) =>
      (port as string | number | undefined) === wanted && endPort === undefined && own === protocol,
  );
}

/** The same rules with the Pod's port in place of the Service's. */
export function correctedPort({ policy, rule }: ConfusedRule, from: number, to: number): Remedy {
  const rules = rulesOf(policy, "Ingress").map((each, at) =>
    at !== rule
      ? each
      : {
          ...each,
          ports: (each.ports ?? []).map((entry) =>
            (entry.port as string | number | undefined) === from ? { ...entry, port: to as never } : entry,
          ),
        },
  );
  const patch = rulesPatch(rules, "Ingress");
  return {
    step: `Let spec.ingress[${rule}] of ${nameOf(refOf(policy))} name port ${to} of the Pods instead of port ${from} of the Service.`,
    ...(patch !== undefined && { patch }),
  };
}
