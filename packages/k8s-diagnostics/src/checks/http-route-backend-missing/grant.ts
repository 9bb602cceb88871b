import {
  isDnsLabel,
  isDnsSubdomain,
  type ObjectOf,
  type ObjectRef,
  type Objects,
} from "@k8s-ops/k8s-cluster";
import type { Evidence, Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import type { RouteBackend } from "../../kube/network/routes.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Grant = ObjectOf<"referenceGrants">;
const GROUP = "gateway.networking.k8s.io";

/** A Service of another namespace that no ReferenceGrant lets the route refer to. */
export function notGranted(
  route: ObjectOf<"httpRoutes">,
  { field, service }: RouteBackend,
  objects: Pick<Objects, "referenceGrants">,
): Finding | undefined {
  const { namespace, name } = service;
  const object = refOf(route);
  if (namespace === object.namespace || !objects.referenceGrants.knows(namespace)) return undefined;
  const grants = objects.referenceGrants.in(namespace);
  if (grants.some((grant) => isFrom(grant, object.namespace) && isTo(grant, name))) return undefined;
  const refusal = refusalOf(route, name, namespace);
  const asked = fieldEvidence(object, `${field}.namespace`, namespace);
  const near = grants.find(
    (grant) => isDnsSubdomain(grant.metadata.name) && isForOtherNamespace(grant, name),
  );
  if (near) return widened(near, object, service, [asked, ...refusal]);
  return {
    object,
    subject: `${namespace}/${name}`,
    title: `${nameOf(object)} may not refer to ${nameOf(service)}: no ReferenceGrant of namespace ${namespace} lets HTTPRoutes of namespace ${object.namespace} do so`,
    confidence: "certain",
    evidence: [
      asked,
      fieldEvidence(service, "ReferenceGrants of its namespace from HTTPRoute", undefined),
      ...refusal,
    ],
    affects: [object],
    related: [service],
    remedies: [
      {
        step: `Create a ReferenceGrant in namespace ${namespace} from kind HTTPRoute of namespace ${object.namespace} to Service ${name}.`,
      },
    ],
  };
}

function isFrom({ spec }: Grant, namespace: string): boolean {
  return spec?.from?.some((from) => from.kind === "HTTPRoute" && from.namespace === namespace) === true;
}

function isTo({ spec }: Grant, service: string): boolean {
  return (
    spec?.to?.some((to) => to.kind === "Service" && (to.name === undefined || to.name === service)) === true
  );
}

function isForOtherNamespace(grant: Grant, service: string): boolean {
  return isTo(grant, service) && grant.spec?.from?.some(({ kind }) => kind === "HTTPRoute") === true;
}

/** The grant is there, and names other namespaces than the one that the route is in. */
function widened(
  grant: Grant,
  route: ObjectRef,
  service: ObjectRef,
  [asked, ...refusal]: readonly [Evidence, ...Evidence[]],
): Finding {
  const object = refOf(grant);
  const from = grant.spec?.from ?? [];
  const isPlain = from.every(
    ({ group, kind, namespace }) =>
      (group === "" || isDnsSubdomain(group)) && /^[A-Za-z]{1,63}$/.test(kind) && isDnsLabel(namespace),
  );
  const next = [...from, { group: GROUP, kind: "HTTPRoute", namespace: route.namespace }];
  return {
    object,
    subject: `HTTPRoute from ${route.namespace}`,
    title: `${nameOf(object)} lets HTTPRoutes of other namespaces refer to ${nameOf(service)}, and not those of namespace ${route.namespace}`,
    confidence: "certain",
    evidence: [
      fieldEvidence(
        object,
        "spec.from",
        from.map(({ kind, namespace }) => ({ kind, namespace })),
      ),
      asked,
      ...refusal,
    ],
    affects: [route],
    related: [service],
    remedies: [
      {
        step: `Let spec.from of ${nameOf(object)} in namespace ${object.namespace} name kind HTTPRoute of namespace ${route.namespace}.`,
        ...(isPlain && { patch: toYaml({ spec: { from: next } }) }),
      },
    ],
  };
}

/** What the controller says of it. */
function refusalOf(route: ObjectOf<"httpRoutes">, name: string, namespace: string): readonly Evidence[] {
  const conditions = (route.status?.parents ?? []).flatMap((parent) => parent.conditions ?? []);
  const refused = conditions.find(
    ({ type, status, reason, message = "" }) =>
      type === "ResolvedRefs" &&
      status === "False" &&
      reason === "RefNotPermitted" &&
      message.includes(name) &&
      message.includes(namespace),
  );
  return refused
    ? [fieldEvidence(refOf(route), "status.parents[].conditions[ResolvedRefs]", refused.message)]
    : [];
}
