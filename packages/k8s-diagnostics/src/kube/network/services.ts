import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { podsMatching } from "../pod-index.ts";
import { isFinished, isReady, isTerminating } from "../pods.ts";
import { refOf } from "../refs.ts";
import { matchesLabels } from "../selectors.ts";

type Service = ObjectOf<"services">;
type Pod = ObjectOf<"pods">;
type Slice = ObjectOf<"endpointSlices">;

/** What a Service sends its traffic to. */
export interface ServiceEndpoints {
  /** False when neither EndpointSlices nor Endpoints nor Pods are known: nothing may be concluded. */
  readonly known: boolean;
  /** Whether an EndpointSlice or Endpoints object exists; undefined when that was not read. */
  readonly exists: boolean | undefined;
  readonly ready: number;
  readonly notReady: number;
  /** The objects that were counted: EndpointSlices, else the Endpoints object; empty when Pods were. */
  readonly counted: readonly ObjectRef[];
}

type EndpointSources = Pick<Objects, "endpointSlices" | "endpoints" | "pods">;

/** Whether a Service has a selector, so that Kubernetes itself keeps its endpoints. */
export function hasSelector({ spec }: Service): boolean {
  return spec?.type !== "ExternalName" && Object.keys(spec?.selector ?? {}).length > 0;
}

/** The Pods that a Service selects and that could serve: neither finished nor being deleted. */
export function podsOf(service: Service, objects: Pick<Objects, "pods">): readonly Pod[] {
  if (!hasSelector(service)) return [];
  return podsMatching(service.spec?.selector, service.metadata.namespace, objects).filter(
    (pod) => !isFinished(pod) && !isTerminating(pod),
  );
}

/** The Services that select this Pod. */
export function servicesSelecting(pod: Pod, objects: Pick<Objects, "services">): readonly Service[] {
  return servicesSelectingLabels(pod.metadata.namespace, pod.metadata.labels, objects);
}

/** The Services that would select a Pod with these labels. */
export function servicesSelectingLabels(
  namespace: string,
  labels: Readonly<Record<string, string>> | undefined,
  objects: Pick<Objects, "services">,
): readonly Service[] {
  return objects.services
    .in(namespace)
    .filter((service) => hasSelector(service) && matchesLabels(service.spec?.selector, labels));
}

/**
 * The endpoints of a Service: its EndpointSlices first, the Endpoints object where there is none, and its Pods where
 * neither was read.
 * Source: k8s.io/api discovery/v1 EndpointConditions (an absent `ready` means true)
 */
export function endpointsOf(service: Service, objects: EndpointSources): ServiceEndpoints {
  const { namespace, name } = service.metadata;
  const slices = slicesOf(objects.endpointSlices, namespace, name);
  if (slices.length > 0) {
    const endpoints = slices
      .filter((slice) => !lacksPorts(service, slice))
      .flatMap((slice) => slice.endpoints ?? []);
    return count(
      endpoints.filter(({ conditions }) => conditions?.ready !== false).length,
      endpoints.filter(({ conditions }) => conditions?.ready === false).length,
      slices.map(refOf),
    );
  }
  const object = objects.endpoints.get(namespace, name);
  if (object) {
    const subsets = object.subsets ?? [];
    return count(
      subsets.flatMap(({ addresses }) => addresses ?? []).length,
      subsets.flatMap(({ notReadyAddresses }) => notReadyAddresses ?? []).length,
      [refOf(object)],
    );
  }
  return withoutObject(service, objects);
}

/** The controller leaves the ports of a slice empty when no selected Pod has a container port of the name asked for. */
function lacksPorts({ spec }: Service, slice: Slice): boolean {
  if (!spec?.ports?.length || !("ports" in slice)) return false;
  return !slice.ports?.length;
}

function count(ready: number, notReady: number, counted: readonly ObjectRef[]): ServiceEndpoints {
  return { known: true, exists: true, ready, notReady, counted };
}

function withoutObject(service: Service, objects: EndpointSources): ServiceEndpoints {
  const { namespace } = service.metadata;
  const none = { ready: 0, notReady: 0, counted: [] };
  if (objects.endpointSlices.knows(namespace)) return { known: true, exists: false, ...none };
  if (!hasSelector(service) || !objects.pods.knows(namespace)) {
    return { known: false, exists: undefined, ...none };
  }
  const pods = podsOf(service, objects);
  const ready = pods.filter(isReady).length;
  return { known: true, exists: undefined, ready, notReady: pods.length - ready, counted: [] };
}

const sliceIndexes = new WeakMap<Objects["endpointSlices"], ReadonlyMap<string, readonly Slice[]>>();

function slicesOf(view: Objects["endpointSlices"], namespace: string, service: string): readonly Slice[] {
  let index = sliceIndexes.get(view);
  if (!index) {
    index = Map.groupBy(
      view.all,
      ({ metadata }) => `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"] ?? ""}`,
    );
    sliceIndexes.set(view, index);
  }
  return index.get(`${namespace}/${service}`) ?? [];
}
