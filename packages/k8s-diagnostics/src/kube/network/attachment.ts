import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { matchesSelector } from "../selectors.ts";
import { namespaceLabels } from "./traffic.ts";

type Gateway = ObjectOf<"gateways">;
type Route = ObjectOf<"httpRoutes">;
export type Listener = NonNullable<NonNullable<Gateway["spec"]>["listeners"]>[number];
export type ParentRef = NonNullable<NonNullable<Route["spec"]>["parentRefs"]>[number];

/** Why a listener does not take a route, in the order in which controllers look. */
export type Refusal = "kind" | "namespace" | "hostname";

/** The listeners that a reference means: all, or those of its sectionName and port. */
export function listenersFor({ spec }: Gateway, { sectionName, port }: ParentRef): readonly Listener[] {
  return (spec?.listeners ?? []).filter(
    (listener) =>
      (sectionName === undefined || listener.name === sectionName) &&
      (port === undefined || listener.port === port),
  );
}

/**
 * Why a listener does not take the route; undefined when it does, or when the labels of the namespace are not known.
 * Source: https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes
 */
export function refusalOf(
  route: Route,
  gateway: Gateway,
  listener: Listener,
  objects: Pick<Objects, "namespaces">,
): Refusal | undefined {
  if (!takesKind(listener)) return "kind";
  if (!takesNamespace(route.metadata.namespace, gateway, listener, objects)) return "namespace";
  const hosts = route.spec?.hostnames ?? [];
  const { hostname = "" } = listener;
  const isShared = hosts.length === 0 || hostname === "" || hosts.some((host) => intersects(host, hostname));
  return isShared ? undefined : "hostname";
}

function takesKind({ allowedRoutes, protocol }: Listener): boolean {
  const kinds = allowedRoutes?.kinds ?? [];
  if (kinds.length > 0) return kinds.some(({ kind }) => kind === "HTTPRoute");
  return !["TCP", "TLS", "UDP"].includes(protocol);
}

function takesNamespace(
  name: string,
  gateway: Gateway,
  { allowedRoutes }: Listener,
  objects: Pick<Objects, "namespaces">,
): boolean {
  const { from = "Same", selector } = allowedRoutes?.namespaces ?? {};
  if (from === "Same") return name === gateway.metadata.namespace;
  if (from !== "Selector") return from !== "None";
  const labels = namespaceLabels(name, objects);
  return labels === undefined || matchesSelector(selector, labels);
}

/** Whether a host of a route and one of a listener have a name in common; a wildcard stands for one label or more. */
export function intersects(a: string, b: string): boolean {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x === y || covers(x, y) || covers(y, x);
}

function covers(wildcard: string, host: string): boolean {
  return wildcard.startsWith("*.") && host.endsWith(wildcard.slice(1)) && host.length >= wildcard.length;
}
