import type { KubeObject, ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { resourceOfKind } from "@k8s-ops/k8s-cluster";
import { controllerOf, workloadOf } from "../kube/owners.ts";
import { podsMatching } from "../kube/pod-index.ts";
import { refKey, refOf, sameRef } from "../kube/refs.ts";
import { matchesLabels } from "../kube/selectors.ts";

/** Objects by {@link refKey}. */
export type RefSet = ReadonlyMap<string, ObjectRef>;

/** The given objects and all whose health follows from theirs. */
export type Impact = (refs: readonly ObjectRef[]) => RefSet;

/**
 * Health flows from a Pod to what controls it and to the Services that select it, from a workload to the Services that
 * select its template, and from a Service to the Ingresses and routes that lead to it. Nothing else flows by itself:
 * a check says which objects suffer from its cause.
 */
export function impactOf(objects: Objects): Impact {
  const direct = new Map<string, readonly ObjectRef[]>();
  const dependentsOf = (ref: ObjectRef): readonly ObjectRef[] => {
    const key = refKey(ref);
    const known = direct.get(key);
    if (known) return known;
    const found = dependents(ref, objects);
    direct.set(key, found);
    return found;
  };
  return (refs) => {
    const reached = new Map<string, ObjectRef>();
    const queue = [...refs];
    for (let ref = queue.pop(); ref; ref = queue.pop()) {
      const key = refKey(ref);
      if (reached.has(key)) continue;
      reached.set(key, ref);
      queue.push(...dependentsOf(ref));
    }
    return reached;
  };
}

function dependents(ref: ObjectRef, objects: Objects): readonly ObjectRef[] {
  if (ref.kind === "Service") return routesTo(ref, objects);
  const resource = resourceOfKind(ref.kind);
  const object: KubeObject | undefined = resource && objects[resource].get(ref.namespace, ref.name);
  if (!object) return [];
  const controller = controllerOf(object);
  const labels = ref.kind === "Pod" ? object.metadata.labels : templateLabels(object);
  const services = labels
    ? objects.services.in(ref.namespace).filter(({ spec }) => matchesLabels(spec?.selector, labels))
    : [];
  return [...(controller ? [controller] : []), ...services.map(refOf)];
}

/**
 * What stands behind an entrance: the Services of an Ingress or route, the routes of a Gateway, the Pods of a Service and
 * what controls them. Traffic to them does not arrive when the entrance is broken, though their own status shows nothing.
 */
export function behind(refs: readonly ObjectRef[], objects: Objects): RefSet {
  const reached = new Map<string, ObjectRef>();
  const queue = [...refs];
  for (let ref = queue.pop(); ref; ref = queue.pop()) {
    const key = refKey(ref);
    if (reached.has(key)) continue;
    reached.set(key, ref);
    queue.push(...directlyBehind(ref, objects));
  }
  return reached;
}

function directlyBehind(ref: ObjectRef, objects: Objects): readonly ObjectRef[] {
  const { kind, namespace, name } = ref;
  if (kind === "Gateway") return routesOf(ref, objects);
  if (kind === "Ingress") {
    const ingress = objects.ingresses.get(namespace, name);
    return ingress ? ingressServices(ingress) : [];
  }
  if (kind === "HTTPRoute") {
    const route = objects.httpRoutes.get(namespace, name);
    return route ? routeServices(route) : [];
  }
  if (kind === "Service") {
    return podsMatching(objects.services.get(namespace, name)?.spec?.selector, namespace, objects).flatMap(
      (pod) => [refOf(pod), workloadOf(pod, objects)],
    );
  }
  return [];
}

function routesOf({ namespace, name }: ObjectRef, objects: Objects): readonly ObjectRef[] {
  return objects.httpRoutes.all
    .filter((route) =>
      (route.spec?.parentRefs ?? []).some(
        (parent) =>
          (parent.kind ?? "Gateway") === "Gateway" &&
          parent.name === name &&
          (parent.namespace ?? route.metadata.namespace) === namespace,
      ),
    )
    .map(refOf);
}

function ingressServices({ metadata, spec }: ObjectOf<"ingresses">): readonly ObjectRef[] {
  const backends = [
    spec?.defaultBackend,
    ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend)),
  ];
  return backends.flatMap((backend) =>
    backend?.service?.name === undefined
      ? []
      : [{ kind: "Service", namespace: metadata.namespace, name: backend.service.name }],
  );
}

function routeServices({ metadata, spec }: ObjectOf<"httpRoutes">): readonly ObjectRef[] {
  return (spec?.rules ?? []).flatMap(({ backendRefs }) =>
    (backendRefs ?? [])
      .filter(({ kind }) => (kind ?? "Service") === "Service")
      .map(({ name, namespace }) => ({
        kind: "Service",
        namespace: namespace ?? metadata.namespace,
        name,
      })),
  );
}

function templateLabels(object: KubeObject): Readonly<Record<string, string>> | undefined {
  const { spec } = object as { spec?: { template?: { metadata?: { labels?: Record<string, string> } } } };
  return spec?.template?.metadata?.labels;
}

function routesTo(service: ObjectRef, objects: Objects): readonly ObjectRef[] {
  const isService = (ref: ObjectRef): boolean => sameRef(ref, service);
  const ingresses = objects.ingresses
    .in(service.namespace)
    .filter((ingress) => ingressServices(ingress).some(isService));
  const routes = objects.httpRoutes.all.filter((route) => routeServices(route).some(isService));
  return [...ingresses, ...routes].map(refOf);
}
