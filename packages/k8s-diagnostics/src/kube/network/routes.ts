import type { ObjectOf, ObjectRef } from "@k8s-ops/k8s-cluster";

/** A Service that an HTTPRoute sends traffic to, and the path of the field that says so. */
export interface RouteBackend {
  readonly field: string;
  readonly service: ObjectRef;
  readonly port: number | undefined;
  /** Index of the rule that sends traffic there. */
  readonly rule: number;
}

/** Every Service backend of an HTTPRoute; references to other kinds are left out. */
export function routeBackends({ metadata, spec }: ObjectOf<"httpRoutes">): readonly RouteBackend[] {
  return (spec?.rules ?? []).flatMap((rule, ruleIndex) =>
    (rule.backendRefs ?? []).flatMap(({ group = "", kind = "Service", namespace, name, port }, index) =>
      group === "" && kind === "Service"
        ? [
            {
              field: `spec.rules[${ruleIndex}].backendRefs[${index}]`,
              service: { kind, namespace: namespace ?? metadata.namespace, name },
              port,
              rule: ruleIndex,
            },
          ]
        : [],
    ),
  );
}

/** The Gateways that an HTTPRoute wants to be attached to. */
export function routeParents({ metadata, spec }: ObjectOf<"httpRoutes">): readonly ObjectRef[] {
  return (spec?.parentRefs ?? [])
    .filter(({ kind = "Gateway" }) => kind === "Gateway")
    .map(({ namespace, name }) => ({ kind: "Gateway", namespace: namespace ?? metadata.namespace, name }));
}
