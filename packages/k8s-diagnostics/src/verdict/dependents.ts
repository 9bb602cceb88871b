import type { KubeObject, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { resourceOfKind } from "@k8s-ops/k8s-cluster";
import { controllerOf } from "../kube/owners.ts";
import { refKey, refOf } from "../kube/refs.ts";
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

function templateLabels(object: KubeObject): Readonly<Record<string, string>> | undefined {
  const { spec } = object as { spec?: { template?: { metadata?: { labels?: Record<string, string> } } } };
  return spec?.template?.metadata?.labels;
}

function routesTo(service: ObjectRef, objects: Objects): readonly ObjectRef[] {
  const ingresses = objects.ingresses
    .in(service.namespace)
    .filter(({ spec }) =>
      [
        spec?.defaultBackend,
        ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend)),
      ].some((backend) => backend?.service?.name === service.name),
    );
  const routes = objects.httpRoutes.all.filter((route) =>
    (route.spec?.rules ?? []).some(({ backendRefs }) =>
      (backendRefs ?? []).some(
        ({ kind, name, namespace }) =>
          (kind ?? "Service") === "Service" &&
          name === service.name &&
          (namespace ?? route.metadata.namespace) === service.namespace,
      ),
    ),
  );
  return [...ingresses, ...routes].map(refOf);
}
