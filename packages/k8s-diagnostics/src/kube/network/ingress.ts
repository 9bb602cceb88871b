import type { ObjectOf, ObjectRef } from "@k8s-ops/k8s-cluster";

type Ingress = ObjectOf<"ingresses">;

/** A Service that an Ingress sends traffic to, and the path of the field that says so. */
export interface IngressBackend {
  readonly field: string;
  readonly service: ObjectRef;
  readonly port: { readonly name?: string; readonly number?: number };
}

/** Every Service backend of an Ingress; resource backends are left out. */
export function backendsOf({ metadata, spec }: Ingress): readonly IngressBackend[] {
  const named = [
    { field: "spec.defaultBackend", backend: spec?.defaultBackend },
    ...(spec?.rules ?? []).flatMap((rule, ruleIndex) =>
      (rule.http?.paths ?? []).map(({ backend }, index) => ({
        field: `spec.rules[${ruleIndex}].http.paths[${index}].backend`,
        backend,
      })),
    ),
  ];
  return named.flatMap(({ field, backend }) => {
    const service = backend?.service;
    if (!service) return [];
    const ref = { kind: "Service", namespace: metadata.namespace, name: service.name };
    return [{ field: `${field}.service`, service: ref, port: service.port ?? {} }];
  });
}

/** The class of an Ingress: the field, else the annotation that came before it. */
export function ingressClassOf({ spec, metadata }: Ingress): string | undefined {
  return spec?.ingressClassName ?? metadata.annotations?.["kubernetes.io/ingress.class"];
}
