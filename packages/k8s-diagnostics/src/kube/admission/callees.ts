import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence, Remedy } from "../../check.ts";
import { fieldEvidence } from "../evidence.ts";
import { endpointsOf, podsOf } from "../network/services.ts";
import type { PatchValue } from "../patch.ts";
import { nameOf } from "../refs.ts";
import { isStarting } from "../starting.ts";
import { readCaBundle } from "./ca-bundle.ts";

/** What the API server calls through a Service: an admission webhook, a conversion webhook. */
export interface Callee {
  /** As a sentence begins with it: `The webhook pods.policy.example`. */
  readonly who: string;
  readonly service: ObjectRef;
  readonly port: number | undefined;
  readonly caBundle: string | undefined;
  /** The object that names the Service, and the path of its clientConfig. */
  readonly owner: ObjectRef;
  readonly field: string;
  /** A strategic merge patch of the owner that changes its clientConfig; undefined when its rules allow none. */
  patch(change: Readonly<Record<string, PatchValue>>): string | undefined;
}

/** Why a call fails, and what must change. */
export interface Fault {
  readonly object: ObjectRef;
  readonly title: string;
  readonly confidence: "certain" | "likely";
  readonly evidence: readonly Evidence[];
  readonly remedy: Remedy;
  readonly because?: readonly ObjectRef[];
}

export const BACKEND_READS = ["services", "endpointSlices", "endpoints", "pods"] as const;
export type Backends = Pick<Objects, (typeof BACKEND_READS)[number]>;

const DEFAULT_PORT = 443;

/** What the objects show: a call must fail. */
export function standingFault(callee: Callee, objects: Backends, asOf: string): Fault | undefined {
  return (
    serviceMissing(callee, objects) ??
    portMissing(callee, objects) ??
    noEndpoints(callee, objects, asOf) ??
    bundleExpired(callee, asOf)
  );
}

export function serviceMissing(
  { who, owner, service }: Pick<Callee, "who" | "owner" | "service">,
  { services }: Backends,
): Fault | undefined {
  if (services.get(service.namespace, service.name) || !services.knows(service.namespace, service.name))
    return undefined;
  return {
    object: owner,
    title: `${who} cannot be called: its Service does not exist`,
    confidence: "certain",
    evidence: [fieldEvidence(service, "metadata.name", undefined)],
    remedy: {
      step: `Install Service ${service.name} in namespace ${service.namespace} again, or delete ${nameOf(owner)} when it is a leftover.`,
    },
  };
}

function portMissing(
  { who, owner, field, service, port, patch }: Callee,
  { services }: Backends,
): Fault | undefined {
  const ports = services.get(service.namespace, service.name)?.spec?.ports ?? [];
  const wanted = port ?? DEFAULT_PORT;
  if (ports.length === 0 || ports.some((offered) => offered.port === wanted)) return undefined;
  const [only] = ports;
  const change = only && ports.length === 1 ? patch({ service: { port: only.port } }) : undefined;
  return {
    object: owner,
    title: `${who} cannot be called: ${nameOf(service)} has no port ${wanted}`,
    confidence: "certain",
    evidence: [
      fieldEvidence(owner, `${field}.service.port`, String(wanted)),
      fieldEvidence(service, "spec.ports[].port", ports.map((offered) => offered.port).join(", ")),
    ],
    remedy: {
      step: `Set ${field}.service.port of ${nameOf(owner)} to a port of ${nameOf(service)}.`,
      ...(change !== undefined && { patch: change }),
    },
  };
}

export function noEndpoints(
  { who, service: ref }: Pick<Callee, "who" | "service">,
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
    title: `${who} cannot be called: its Service has no ready endpoints`,
    confidence: "certain",
    evidence: [fieldEvidence(ref, "endpoints ready", "0")],
    because: [ref],
    remedy: { step: `Bring the Pods behind ${nameOf(ref)} in namespace ${ref.namespace} back.` },
  };
}

function bundleExpired({ who, owner, field, caBundle }: Callee, asOf: string): Fault | undefined {
  const bundle = readCaBundle(caBundle, asOf);
  if (bundle.state !== "expired") return undefined;
  return {
    object: owner,
    title: `${who} cannot be called: its caBundle has expired`,
    confidence: "certain",
    evidence: [fieldEvidence(owner, `${field}.caBundle (not after)`, bundle.notAfter)],
    remedy: {
      step: `Put the authority of its certificate into ${field}.caBundle of ${nameOf(owner)}, and renew the certificate if it has expired; cert-manager's cainjector does so where an annotation asks for it.`,
    },
  };
}
