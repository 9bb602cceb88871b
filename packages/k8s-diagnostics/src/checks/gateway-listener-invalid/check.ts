import {
  isDnsLabel,
  isDnsSubdomain,
  type ObjectOf,
  type ObjectRef,
  type Objects,
} from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { fieldPatch } from "../../kube/field-patch.ts";
import { nearestName } from "../../kube/nearest.ts";
import type { Listener } from "../../kube/network/attachment.ts";
import { gatewayTlsUses, type TlsUse } from "../../kube/network/tls-uses.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Gateway = ObjectOf<"gateways">;
type Read = Pick<Objects, "gateways" | "secrets" | "referenceGrants">;

export const gatewayListenerInvalid = defineCheck({
  id: "gateway_listener_invalid",
  title: "Listener of a Gateway cannot work as it is written",
  when: "a listener's certificate is a Secret that does not exist, is of another type, or lies in another namespace without a ReferenceGrant; an HTTPS listener has no certificate; or two listeners claim one port with different protocols or the same hostname",
  severity: "high",
  level: "cause",
  reads: ["gateways", "secrets", "referenceGrants"],
  run: ({ objects }) => [
    ...gatewayTlsUses(objects).flatMap((use) => certificateProblem(use, objects) ?? []),
    ...objects.gateways.all.flatMap((gateway) => [...withoutCertificate(gateway), ...conflicts(gateway)]),
  ],
});

function certificateProblem({ user, field, secret: ref }: TlsUse, objects: Read): Finding | undefined {
  if (!isDnsSubdomain(ref.name) || !isDnsLabel(ref.namespace)) return undefined;
  const common = { confidence: "certain" as const, affects: [user], subject: field };
  if (ref.namespace !== user.namespace && objects.referenceGrants.knows(ref.namespace) && !isGranted()) {
    return {
      ...common,
      object: ref,
      title: `Namespace ${ref.namespace} grants Gateways of namespace ${user.namespace} no reference to ${nameOf(ref)}`,
      evidence: [
        fieldEvidence(user, `${field}.namespace`, ref.namespace),
        fieldEvidence(ref, "ReferenceGrants of its namespace from Gateway", undefined),
      ],
      remedies: [
        {
          step: `Create a ReferenceGrant in namespace ${ref.namespace} from kind Gateway of namespace ${user.namespace} to Secret ${ref.name}.`,
        },
      ],
    };
  }
  const secret = objects.secrets.get(ref.namespace, ref.name);
  if (!secret) {
    if (!objects.secrets.knows(ref.namespace, ref.name)) return undefined;
    const near = nearestName(
      ref.name,
      objects.secrets
        .in(ref.namespace)
        .flatMap(({ type, metadata }) => (type === "kubernetes.io/tls" ? metadata.name : [])),
    );
    return {
      ...common,
      object: user,
      title: `${nameOf(user)} names ${nameOf(ref)} for a listener, which does not exist`,
      evidence: [fieldEvidence(user, field, ref.name), fieldEvidence(ref, "metadata.name", undefined)],
      remedies: [
        {
          step: `Create ${nameOf(ref)} of type kubernetes.io/tls in namespace ${ref.namespace}${near && isDnsSubdomain(near) ? `, or set ${field}.name of ${nameOf(user)} to ${near}` : ""}.`,
          ...(near && isDnsSubdomain(near) && renamed(user, field, near, objects)),
        },
      ],
    };
  }
  if (secret.type === undefined || secret.type === "kubernetes.io/tls") return undefined;
  return {
    ...common,
    object: ref,
    severity: "medium",
    confidence: "likely",
    title: `${nameOf(ref)}, the certificate of a listener of ${nameOf(user)}, is not of type kubernetes.io/tls`,
    evidence: [fieldEvidence(ref, "type", secret.type), fieldEvidence(user, field, ref.name)],
    remedies: [
      {
        step: `Create ${nameOf(ref)} anew with type kubernetes.io/tls and the keys tls.crt and tls.key: the type cannot be changed.`,
      },
    ],
  };

  function isGranted(): boolean {
    return objects.referenceGrants
      .in(ref.namespace)
      .some(
        ({ spec }) =>
          spec?.from?.some(({ kind, namespace }) => kind === "Gateway" && namespace === user.namespace) &&
          spec.to?.some(({ kind, name }) => kind === "Secret" && (name === undefined || name === ref.name)),
      );
  }
}

/** Lists of custom resources are replaced as a whole, so the listener is named by its place. */
function renamed(user: ObjectRef, field: string, name: string, { gateways }: Read) {
  const gateway = gateways.get(user.namespace, user.name);
  const at = /^spec\.listeners\[([^\]]*)\]/.exec(field);
  const index = (gateway?.spec?.listeners ?? []).findIndex((listener) => listener.name === at?.[1]);
  return at && index >= 0
    ? fieldPatch(gateway, `spec.listeners[${index}]${field.slice(at[0].length)}.name`, name)
    : {};
}

function withoutCertificate(gateway: Gateway): readonly Finding[] {
  const object = refOf(gateway);
  return (gateway.spec?.listeners ?? [])
    .filter(({ protocol, tls }) => {
      const ends = protocol === "HTTPS" || (protocol === "TLS" && tls?.mode !== "Passthrough");
      return ends && !tls?.certificateRefs?.length && !hasOptions(tls);
    })
    .filter((listener) => !works(gateway, listener))
    .map((listener) => ({
      object,
      subject: listener.name,
      title: `A listener of ${nameOf(object)} ends TLS and names no certificate`,
      confidence: "likely" as const,
      evidence: [
        fieldEvidence(object, `spec.listeners[${listener.name}].tls.certificateRefs`, undefined),
        fieldEvidence(object, `spec.listeners[${listener.name}].protocol`, listener.protocol),
      ] as const,
      affects: [object],
      remedies: [
        {
          step: `Add to spec.listeners[${listener.name}].tls.certificateRefs of ${nameOf(object)} a Secret of type kubernetes.io/tls, or give the listener the protocol HTTP.`,
        },
      ],
    }));
}

/** Clouds name their own certificates there. */
function hasOptions(tls: Listener["tls"]): boolean {
  return Object.keys(tls?.options ?? {}).length > 0;
}

function works({ status }: Gateway, { name }: Listener): boolean {
  const conditions = status?.listeners?.find((listener) => listener.name === name)?.conditions ?? [];
  return conditions.some(({ type, status: value }) => type === "Programmed" && value === "True");
}

/** Listeners of one port must have one protocol, and hostnames that differ. */
function conflicts(gateway: Gateway): readonly Finding[] {
  const object = refOf(gateway);
  const groups = Map.groupBy(
    (gateway.spec?.listeners ?? []).filter(({ protocol }) => protocol !== "UDP"),
    ({ port }) => port,
  );
  return [...groups.values()].flatMap(([first, ...others]) =>
    others.flatMap((listener): readonly Finding[] => {
      const isSameHost = (first?.hostname ?? "") === (listener.hostname ?? "");
      const isMixed = first?.protocol !== listener.protocol && !isTlsPair(first?.protocol, listener.protocol);
      if (!first || (!isSameHost && !isMixed) || (works(gateway, first) && works(gateway, listener)))
        return [];
      const show = ({ protocol, port, hostname }: Listener) => ({ protocol, port, hostname });
      return [
        {
          object,
          subject: listener.name,
          title: `Two listeners of ${nameOf(object)} claim port ${listener.port} with ${isMixed ? "different protocols" : "the same hostname"}`,
          confidence: "certain",
          evidence: [
            fieldEvidence(object, `spec.listeners[${first.name}]`, show(first)),
            fieldEvidence(object, `spec.listeners[${listener.name}]`, show(listener)),
          ],
          affects: [object],
          remedies: [
            {
              step: `Give one of the listeners of ${nameOf(object)} on port ${listener.port} another ${isMixed ? "port" : "hostname or port"}.`,
            },
          ],
        },
      ];
    }),
  );
}

function isTlsPair(a: string | undefined, b: string): boolean {
  return ["HTTPS", "TLS"].includes(a ?? "") && ["HTTPS", "TLS"].includes(b);
}
