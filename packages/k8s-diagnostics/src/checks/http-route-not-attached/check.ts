import {
  isDnsLabel,
  isDnsSubdomain,
  type ObjectOf,
  type ObjectRef,
  type Objects,
} from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { fieldPatch } from "../../kube/field-patch.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import { nearestName } from "../../kube/nearest.ts";
import {
  type Listener,
  listenersFor,
  type ParentRef,
  type Refusal,
  refusalOf,
} from "../../kube/network/attachment.ts";
import { namespaceLabels } from "../../kube/network/traffic.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

type Route = ObjectOf<"httpRoutes">;
type Gateway = ObjectOf<"gateways">;
type Read = Pick<Objects, "gateways" | "namespaces">;

export const httpRouteNotAttached = defineCheck({
  id: "http_route_not_attached",
  title: "No listener of the Gateway takes an HTTPRoute",
  when: "a parent of an HTTPRoute is a Gateway or listener that does not exist, or none of its listeners allows the route's kind, namespace or hostnames, and the Gateway's controller has not accepted it",
  severity: "high",
  level: "cause",
  reads: ["httpRoutes", "gateways", "namespaces"],
  run: ({ objects, asOf }) =>
    objects.httpRoutes.all
      .filter((route) => !isYoung(route, asOf))
      .flatMap((route) =>
        (route.spec?.parentRefs ?? [])
          .map((parent, index) => ({ parent, field: `spec.parentRefs[${index}]` }))
          .filter(({ parent }) => (parent.kind ?? "Gateway") === "Gateway" && !isAccepted(route, parent))
          .flatMap(({ parent, field }) => problemOf(route, parent, field, objects) ?? []),
      ),
});

/** What the controller has accepted is attached, whatever it may look like from here. */
function isAccepted({ status, metadata }: Route, parent: ParentRef): boolean {
  return (status?.parents ?? []).some(
    ({ parentRef, conditions = [] }) =>
      parentRef.name === parent.name &&
      (parentRef.namespace ?? metadata.namespace) === (parent.namespace ?? metadata.namespace) &&
      parentRef.sectionName === parent.sectionName &&
      parentRef.port === parent.port &&
      conditions.some(({ type, status: value }) => type === "Accepted" && value === "True"),
  );
}

function problemOf(route: Route, parent: ParentRef, field: string, objects: Read): Finding | undefined {
  const ref = { kind: "Gateway", namespace: parent.namespace ?? route.metadata.namespace, name: parent.name };
  if (!isDnsSubdomain(ref.name) || !isDnsLabel(ref.namespace)) return undefined;
  const gateway = objects.gateways.get(ref.namespace, ref.name);
  if (!gateway) {
    return objects.gateways.knows(ref.namespace, ref.name)
      ? gatewayMissing(route, ref, field, objects)
      : undefined;
  }
  const listeners = listenersFor(gateway, parent);
  if (listeners.length === 0) return listenerMissing(route, gateway, parent, field);
  const refusals = listeners.map((listener) => ({
    listener,
    refusal: refusalOf(route, gateway, listener, objects),
  }));
  if (refusals.some(({ refusal }) => refusal === undefined)) return undefined;
  const order: readonly (Refusal | undefined)[] = ["hostname", "namespace", "kind"];
  const [nearest] = refusals.toSorted((a, b) => order.indexOf(a.refusal) - order.indexOf(b.refusal));
  return nearest?.refusal && refused(route, gateway, nearest.listener, nearest.refusal, objects);
}

function gatewayMissing(route: Route, ref: ObjectRef, field: string, objects: Read): Finding {
  const object = refOf(route);
  const near = nearestName(
    ref.name,
    objects.gateways.in(ref.namespace).map(({ metadata }) => metadata.name),
  );
  const namesakes = objects.gateways.all.filter(({ metadata }) => metadata.name === ref.name);
  const elsewhere = namesakes.length === 1 ? namesakes[0]?.metadata.namespace : undefined;
  const suggestion =
    near && isDnsSubdomain(near)
      ? `Set ${field}.name of ${nameOf(object)} to ${near}`
      : elsewhere && isDnsLabel(elsewhere)
        ? `Set ${field}.namespace of ${nameOf(object)} to ${elsewhere}, where Gateway ${ref.name} is`
        : `Create ${nameOf(ref)} in namespace ${ref.namespace}, or let ${field} of ${nameOf(object)} name one that exists`;
  return {
    object,
    subject: field,
    title: `${nameOf(object)} names ${nameOf(ref)} of namespace ${ref.namespace} as its parent, which does not exist`,
    confidence: "certain",
    evidence: [fieldEvidence(object, field, ref.name), fieldEvidence(ref, "metadata.name", undefined)],
    affects: [object],
    remedies: [
      {
        step: `${suggestion}.`,
        ...(near && isDnsSubdomain(near)
          ? fieldPatch(route, `${field}.name`, near)
          : elsewhere && isDnsLabel(elsewhere) && fieldPatch(route, `${field}.namespace`, elsewhere)),
      },
    ],
  };
}

function listenerMissing(
  route: Route,
  gateway: Gateway,
  { sectionName, port }: ParentRef,
  field: string,
): Finding {
  const object = refOf(route);
  const there = gateway.spec?.listeners ?? [];
  const byName = sectionName !== undefined && !there.some(({ name }) => name === sectionName);
  const near = byName
    ? nearestName(
        sectionName,
        there.map(({ name }) => name),
      )
    : undefined;
  const part = byName ? `${field}.sectionName` : `${field}.port`;
  return {
    object,
    subject: field,
    title: `${nameOf(object)} asks for a listener that ${nameOf(refOf(gateway))} does not have`,
    confidence: "certain",
    evidence: [
      fieldEvidence(object, part, byName ? sectionName : port),
      fieldEvidence(
        refOf(gateway),
        "spec.listeners",
        there.map(({ name, port: number }) => ({ name, port: number })),
      ),
    ],
    affects: [object],
    related: [refOf(gateway)],
    remedies: [
      {
        step:
          near && isDnsSubdomain(near)
            ? `Set ${part} of ${nameOf(object)} to ${near}.`
            : `Set ${part} of ${nameOf(object)} to that of a listener of ${nameOf(refOf(gateway))}, or leave it out.`,
        ...fieldPatch(route, part, near && isDnsSubdomain(near) ? near : null),
      },
    ],
  };
}

function refused(
  route: Route,
  gateway: Gateway,
  listener: Listener,
  refusal: Refusal,
  objects: Read,
): Finding {
  const object = refOf(route);
  const parent = refOf(gateway);
  const path = `spec.listeners[${listener.name}]`;
  const common = {
    confidence: "certain" as const,
    affects: [object],
    subject: `${object.namespace}/${object.name}`,
  };
  if (refusal === "hostname") {
    return {
      ...common,
      object,
      related: [parent],
      title: `No hostname of ${nameOf(object)} is one that ${nameOf(parent)} listens for`,
      evidence: [
        fieldEvidence(object, "spec.hostnames", route.spec?.hostnames),
        fieldEvidence(parent, `${path}.hostname`, listener.hostname),
      ],
      remedies: [
        {
          step: `Give ${nameOf(object)} a hostname in spec.hostnames that matches that of a listener of ${nameOf(parent)}.`,
          ...(isDnsSubdomain(listener.hostname ?? "") &&
            fieldPatch(route, "spec.hostnames", [listener.hostname ?? ""])),
        },
        { step: `Or change the hostname of that listener of ${nameOf(parent)}.`, object: parent },
      ],
    };
  }
  const isKind = refusal === "kind";
  const labels = namespaceLabels(object.namespace, objects);
  return {
    ...common,
    object: parent,
    title: isKind
      ? `No listener of ${nameOf(parent)} takes HTTPRoutes`
      : `No listener of ${nameOf(parent)} takes routes of namespace ${object.namespace}`,
    evidence: [
      isKind
        ? fieldEvidence(parent, path, { protocol: listener.protocol, allowedRoutes: listener.allowedRoutes })
        : fieldEvidence(
            parent,
            `${path}.allowedRoutes.namespaces`,
            listener.allowedRoutes?.namespaces ?? { from: "Same" },
          ),
      isKind
        ? fieldEvidence(object, "kind", "HTTPRoute")
        : fieldEvidence(
            { kind: "Namespace", namespace: "", name: object.namespace },
            "metadata.labels",
            labels,
          ),
    ],
    remedies: isKind
      ? [
          {
            step: `Attach ${nameOf(object)} to a listener of protocol HTTP or HTTPS that allows the kind HTTPRoute.`,
          },
        ]
      : namespaceRemedies(gateway, object, listener),
  };
}

function namespaceRemedies(
  gateway: Gateway,
  { namespace }: ObjectRef,
  { name, allowedRoutes }: Listener,
): readonly Remedy[] {
  const parent = refOf(gateway);
  const index = (gateway.spec?.listeners ?? []).findIndex((each) => each.name === name);
  const isSelector = allowedRoutes?.namespaces?.from === "Selector";
  const admit = {
    step: `Let allowedRoutes.namespaces of a listener of ${nameOf(parent)} include namespace ${namespace}: from Selector with the label kubernetes.io/metadata.name, or from All.`,
    ...fieldPatch(gateway, `spec.listeners[${index}].allowedRoutes.namespaces`, {
      from: "Selector",
      selector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    }),
  };
  if (!isSelector) return [admit];
  return [
    {
      step: `Give Namespace ${namespace} the labels that allowedRoutes.namespaces.selector of ${nameOf(parent)} asks for.`,
      object: { kind: "Namespace", namespace: "", name: namespace },
      ...labelPatch(allowedRoutes?.namespaces?.selector?.matchLabels),
    },
    { ...admit, step: `Or: ${admit.step}`, object: parent },
  ];
}

function labelPatch(labels: Readonly<Record<string, string>> = {}) {
  const pairs = Object.entries(labels);
  const isPlain = pairs.every(([key, value]) => isQualifiedName(key) && isLabelValue(value));
  return isPlain && pairs.length > 0 ? { patch: toYaml({ metadata: { labels } }) } : {};
}
