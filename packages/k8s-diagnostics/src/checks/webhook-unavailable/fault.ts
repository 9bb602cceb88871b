import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence, Remedy } from "../../check.ts";
import { readCaBundle } from "../../kube/admission/ca-bundle.ts";
import type { Webhook } from "../../kube/admission/webhooks.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { endpointsOf, podsOf } from "../../kube/network/services.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf } from "../../kube/refs.ts";
import { isStarting } from "../../kube/starting.ts";

export interface Fault {
  readonly object: ObjectRef;
  readonly title: string;
  readonly confidence: "certain" | "likely";
  readonly evidence: readonly Evidence[];
  readonly remedy: Remedy;
  readonly because?: readonly ObjectRef[];
}

export type Backends = Pick<Objects, "services" | "endpointSlices" | "endpoints" | "pods">;

const DEFAULT_PORT = 443;
const INJECTOR = "cert-manager.io/inject-ca-from";

/** What the objects show: a call of this webhook must fail. */
export function standingFault(
  webhook: Webhook,
  service: ObjectRef | undefined,
  objects: Backends,
  asOf: string,
): Fault | undefined {
  if (!service) return undefined;
  return (
    serviceMissing(webhook.name, webhook.configuration, service, objects) ??
    portMissing(webhook, service, objects) ??
    noEndpoints(webhook.name, service, objects, asOf) ??
    bundleExpired(webhook, asOf)
  );
}

export function serviceMissing(
  name: string,
  configuration: ObjectRef,
  service: ObjectRef,
  { services }: Backends,
): Fault | undefined {
  if (services.get(service.namespace, service.name) || !services.knows(service.namespace, service.name))
    return undefined;
  return {
    object: configuration,
    title: `${cannot(name)}: its Service does not exist`,
    confidence: "certain",
    evidence: [fieldEvidence(service, "metadata.name", undefined)],
    remedy: {
      step: `Install the webhook's Service ${service.name} in namespace ${service.namespace} again, or delete ${nameOf(configuration)} when it is a leftover.`,
    },
  };
}

function portMissing(
  { name, configuration, clientConfig }: Webhook,
  ref: ObjectRef,
  { services }: Backends,
): Fault | undefined {
  const ports = services.get(ref.namespace, ref.name)?.spec?.ports ?? [];
  const wanted = clientConfig.service?.port ?? DEFAULT_PORT;
  if (ports.length === 0 || ports.some(({ port }) => port === wanted)) return undefined;
  const [only] = ports;
  return {
    object: configuration,
    title: `${cannot(name)}: ${nameOf(ref)} has no port ${wanted}`,
    confidence: "certain",
    evidence: [
      fieldEvidence(configuration, `webhooks[${name}].clientConfig.service.port`, wanted),
      fieldEvidence(ref, "spec.ports[].port", ports.map(({ port }) => port).join(", ")),
    ],
    remedy: {
      step: `Set webhooks[${name}].clientConfig.service.port of ${nameOf(configuration)} to a port of ${nameOf(ref)}.`,
      ...(only &&
        ports.length === 1 && {
          patch: toYaml({ webhooks: [{ name, clientConfig: { service: { port: only.port } } }] }),
        }),
    },
  };
}

export function noEndpoints(
  name: string,
  ref: ObjectRef,
  objects: Backends,
  asOf: string,
): Fault | undefined {
  const service = objects.services.get(ref.namespace, ref.name);
  if (!service) return undefined;
  const { known, ready } = endpointsOf(service, objects);
  if (!known || ready > 0 || service.spec?.type === "ExternalName") return undefined;
  const pods = podsOf(service, objects);
  if (pods.length > 0 && pods.every((pod) => isStarting(pod, asOf))) return undefined;
  return {
    object: ref,
    title: `${cannot(name)}: its Service has no ready endpoints`,
    confidence: "certain",
    evidence: [fieldEvidence(ref, "endpoints ready", "0")],
    because: [ref],
    remedy: { step: `Bring the Pods behind ${nameOf(ref)} in namespace ${ref.namespace} back.` },
  };
}

function bundleExpired(webhook: Webhook, asOf: string): Fault | undefined {
  const bundle = readCaBundle(webhook.clientConfig.caBundle, asOf);
  if (bundle.state !== "expired") return undefined;
  const { name, configuration } = webhook;
  return {
    object: configuration,
    title: `${cannot(name)}: its caBundle has expired`,
    confidence: "certain",
    evidence: [
      fieldEvidence(configuration, `webhooks[${name}].clientConfig.caBundle (not after)`, bundle.notAfter),
    ],
    remedy: renewal(webhook),
  };
}

/** What the API server said about the certificate, and what the caBundle shows. */
export function certificateFault(webhook: Webhook, service: ObjectRef | undefined, message: string): Fault {
  const { name, configuration, clientConfig } = webhook;
  const field = `webhooks[${name}].clientConfig.caBundle`;
  const common = { object: configuration, confidence: "likely" as const, remedy: renewal(webhook) };
  if (/certificate has expired or is not yet valid/.test(message)) {
    return {
      ...common,
      object: service ?? configuration,
      title: `${cannot(name)}: the certificate that it serves is not valid at this time`,
      evidence: [],
      remedy: { step: "Renew the certificate that the webhook's server uses, and start its Pods again." },
    };
  }
  if (/certificate is valid for .{0,500}, not /.test(message)) {
    return {
      ...common,
      object: service ?? configuration,
      title: `${cannot(name)}: its certificate is for another name`,
      evidence: [],
      remedy: {
        step: `Issue the certificate of the webhook's server for the name of its Service${service ? `: ${service.name}.${service.namespace}.svc` : ""}.`,
      },
    };
  }
  const given = clientConfig.caBundle;
  if (!given) {
    return {
      ...common,
      title: `${cannot(name)}: its caBundle is empty`,
      confidence: "likely",
      evidence: [fieldEvidence(configuration, field, undefined)],
    };
  }
  return { ...common, title: `${cannot(name)}: its certificate is not trusted`, evidence: [] };
}

function renewal({ name, configuration, registeredBy }: Webhook): Remedy {
  const injected = registeredBy.metadata.annotations?.[INJECTOR] !== undefined;
  return {
    step: injected
      ? `Look at cert-manager's cainjector, which should put the caBundle into ${nameOf(configuration)}, and at the Certificate that its annotation names.`
      : `Put the authority of the webhook's certificate into webhooks[${name}].clientConfig.caBundle of ${nameOf(configuration)}, and renew the certificate if it has expired.`,
  };
}

export function cannot(name: string): string {
  return `The webhook ${name} cannot be called`;
}
