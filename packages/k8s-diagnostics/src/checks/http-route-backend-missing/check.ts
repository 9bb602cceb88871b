import { isDnsLabel, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { fieldPatch } from "../../kube/field-patch.ts";
import { nearestName } from "../../kube/nearest.ts";
import { type RouteBackend, routeBackends } from "../../kube/network/routes.ts";
import { findPort } from "../../kube/network/service-ports.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { notGranted } from "./grant.ts";

type Route = ObjectOf<"httpRoutes">;
type Sources = Pick<Objects, "services" | "referenceGrants">;

export const httpRouteBackendMissing = defineCheck({
  id: "http_route_backend_missing",
  title: "HTTPRoute sends traffic to a Service or port that it cannot reach",
  when: "a backend of an HTTPRoute names a Service or port that does not exist, or a Service of another namespace without a ReferenceGrant",
  severity: "high",
  level: "cause",
  reads: ["httpRoutes", "services", "referenceGrants"],
  run: ({ objects }) =>
    objects.httpRoutes.all.flatMap((route) =>
      routeBackends(route).flatMap((backend) => {
        if (!isDnsLabel(backend.service.name) || !isDnsLabel(backend.service.namespace)) return [];
        return (
          serviceMissing(route, backend, objects) ??
          notGranted(route, backend, objects) ??
          portMissing(route, backend, objects) ??
          []
        );
      }),
    ),
});

function serviceMissing(
  route: Route,
  { field, service }: RouteBackend,
  objects: Sources,
): Finding | undefined {
  const object = refOf(route);
  const { namespace, name } = service;
  if (objects.services.get(namespace, name) || !objects.services.knows(namespace, name)) return undefined;
  const near = nearestName(
    name,
    objects.services.in(namespace).map(({ metadata }) => metadata.name),
  );
  return {
    object,
    subject: `${namespace}/${name}`,
    title: `${nameOf(object)} sends traffic to Service ${name} of namespace ${namespace}, which does not exist`,
    confidence: "certain",
    evidence: [
      fieldEvidence(object, `${field}.name`, name),
      fieldEvidence(service, "metadata.name", undefined),
    ],
    affects: [object],
    remedies: [
      {
        step: `Set ${field}.name of ${nameOf(object)} to a Service that exists${near ? `, such as ${near}` : ""}, or create Service ${name} in namespace ${namespace}.`,
        ...(near && isDnsLabel(near) && fieldPatch(route, `${field}.name`, near)),
      },
    ],
  };
}

function portMissing(
  route: Route,
  { field, service: ref, port }: RouteBackend,
  objects: Sources,
): Finding | undefined {
  const object = refOf(route);
  const service = objects.services.get(ref.namespace, ref.name);
  const [only, ...more] = service?.spec?.ports ?? [];
  if (!service || port === undefined || findPort(service, { number: port })) return undefined;
  return {
    object,
    subject: `${ref.namespace}/${ref.name}:${port}`,
    title: `${nameOf(object)} names a port that ${nameOf(ref)} does not have`,
    confidence: "certain",
    evidence: [
      fieldEvidence(object, `${field}.port`, port),
      fieldEvidence(
        ref,
        "spec.ports",
        (service.spec?.ports ?? []).map(({ name, port: number }) => ({ name, port: number })),
      ),
    ],
    affects: [object],
    related: [ref],
    remedies: [
      {
        step: `Set ${field}.port of ${nameOf(object)} to a port that ${nameOf(ref)} has.`,
        ...(only && more.length === 0 && fieldPatch(route, `${field}.port`, only.port)),
      },
    ],
  };
}
