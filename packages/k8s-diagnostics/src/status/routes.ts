import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { routeBackends, routeParents } from "../kube/network/routes.ts";
import { endpointsOf } from "../kube/network/services.ts";
import { refOf, sameRef } from "../kube/refs.ts";
import type { Serving } from "./state.ts";
import type { TargetStatus } from "./workloads.ts";

const MAX_BACKENDS = 20;

/** Where requests for a host and path go, and how many endpoints are ready there; null when that is not known. */
interface Backend {
  readonly host: string;
  readonly path: string;
  readonly service: string;
  readonly port: string | number | null;
  readonly ready_endpoints: number | null;
}

interface Counted extends Backend {
  /** Undefined when it is not known. */
  readonly serves: boolean | undefined;
}

export function ingressStatus(ingress: ObjectOf<"ingresses">, objects: Objects): TargetStatus {
  const { spec, status, metadata } = ingress;
  const named = [
    ...(spec?.defaultBackend ? [{ host: "*", path: "*", backend: spec.defaultBackend }] : []),
    ...(spec?.rules ?? []).flatMap(({ host = "*", http }) =>
      (http?.paths ?? []).map(({ path = "/", backend }) => ({ host, path, backend })),
    ),
  ];
  const backends = named.flatMap(({ host, path, backend: { service } }) =>
    service
      ? [
          backendOf(
            { kind: "Service", namespace: metadata.namespace, name: service.name },
            { host, path, port: service.port?.name ?? service.port?.number ?? null },
            metadata.namespace,
            objects,
          ),
        ]
      : [],
  );
  const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  return statusOf(backends, { addresses });
}

export function httpRouteStatus(route: ObjectOf<"httpRoutes">, objects: Objects): TargetStatus {
  const parents = route.status?.parents ?? [];
  const isRefused = (index: number): boolean =>
    parents[index]?.conditions?.some(({ type, status }) => type === "Accepted" && status === "False") ===
    true;
  const accepted = parents.filter((_, index) => !isRefused(index));
  const backends = routeBackendsOf(route, route.metadata.namespace, objects);
  const fields = { parents: { total: parents.length, accepted: accepted.length } };
  const isServed = parents.length === 0 || accepted.length > 0;
  return statusOf(backends, fields, isServed ? undefined : "none");
}

/** By the routes that name it as their parent. */
export function gatewayStatus(gateway: ObjectOf<"gateways">, objects: Objects): TargetStatus {
  const ref = refOf(gateway);
  const routes = objects.httpRoutes.all.filter((route) =>
    routeParents(route).some((parent) => sameRef(parent, ref)),
  );
  const backends = routes.flatMap((route) => routeBackendsOf(route, ref.namespace, objects));
  const programmed = gateway.status?.conditions?.find(({ type }) => type === "Programmed")?.status;
  const listeners = (gateway.status?.listeners ?? []).map(({ name, attachedRoutes = 0 }) => ({
    name,
    attached_routes: attachedRoutes,
  }));
  const addresses = (gateway.status?.addresses ?? []).map(({ value }) => value);
  const own = programmed === "True" ? undefined : programmed === "False" ? "none" : "unknown";
  const whenEmpty = own ?? (routes.length === 0 ? "all" : undefined);
  return statusOf(backends, { addresses, listeners: listeners.slice(0, MAX_BACKENDS) }, whenEmpty);
}

function routeBackendsOf(route: ObjectOf<"httpRoutes">, from: string, objects: Objects): readonly Counted[] {
  const host = route.spec?.hostnames?.[0] ?? "*";
  return routeBackends(route).map(({ service, port, rule }) =>
    backendOf(service, { host, path: pathOf(route, rule), port: port ?? null }, from, objects),
  );
}

function pathOf({ spec }: ObjectOf<"httpRoutes">, rule: number): string {
  return spec?.rules?.[rule]?.matches?.[0]?.path?.value ?? "/";
}

function backendOf(
  ref: ObjectRef,
  { host, path, port }: Pick<Backend, "host" | "path" | "port">,
  from: string,
  objects: Objects,
): Counted {
  const service = objects.services.get(ref.namespace, ref.name);
  const name = ref.namespace === from ? ref.name : `${ref.namespace}/${ref.name}`;
  const common = { host, path, service: name, port };
  if (!service) {
    const isAbsent = objects.services.knows(ref.namespace, ref.name);
    return { ...common, ready_endpoints: isAbsent ? 0 : null, serves: isAbsent ? false : undefined };
  }
  if (service.spec?.type === "ExternalName") return { ...common, ready_endpoints: null, serves: true };
  const { known, ready } = endpointsOf(service, objects);
  return { ...common, ready_endpoints: known ? ready : null, serves: known ? ready > 0 : undefined };
}

function statusOf(
  backends: readonly Counted[],
  fields: Readonly<Record<string, unknown>>,
  serving?: Serving,
): TargetStatus {
  const shown = backends.slice(0, MAX_BACKENDS).map(({ serves: _, ...backend }) => backend);
  const left = backends.length - shown.length;
  return {
    serving: serving ?? servingOf(backends.map(({ serves }) => serves)),
    fields: { ...fields, backends: shown, ...(left > 0 && { more_backends: left }) },
  };
}

/** Without any backend nothing is served; what is not known does not count, unless it is all. */
function servingOf(serves: readonly (boolean | undefined)[]): Serving {
  const known = serves.filter((each) => each !== undefined);
  if (known.length === 0) return serves.length === 0 ? "none" : "unknown";
  if (!known.includes(true)) return "none";
  return known.includes(false) ? "some" : "all";
}
