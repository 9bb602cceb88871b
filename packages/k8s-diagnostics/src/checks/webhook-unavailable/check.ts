import { isDnsSubdomain, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import { CREATE_READS, type CreateFailure, createFailures } from "../../kube/admission/create-failures.ts";
import {
  findWebhook,
  isUnregistered,
  WEBHOOK_READS,
  type Webhook,
  webhookService,
} from "../../kube/admission/webhooks.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf } from "../../kube/refs.ts";

const REFUSAL = /failed calling webhook "([^"]{1,253})"/;
const CERTIFICATE = /x509:|tls: |certificate/;

export const webhookUnavailable = defineCheck({
  id: "webhook_unavailable",
  title: "An admission webhook that must answer does not",
  when: "a controller lacks Pods because a registered webhook with failurePolicy Fail cannot be called",
  severity: "high",
  level: "cause",
  reads: [...CREATE_READS, ...WEBHOOK_READS, "services", "endpointSlices"],
  supersedes: ["replicas_not_created"],
  run: ({ objects }) =>
    createFailures(objects).flatMap((failure): readonly Finding[] => {
      const name = REFUSAL.exec(failure.message)?.[1];
      if (name === undefined || !isDnsSubdomain(name) || isUnregistered(name, objects)) return [];
      return [findingOf(failure, name, objects)];
    }),
});

interface Fault {
  readonly object: ObjectRef;
  readonly title: string;
  readonly confidence: "certain" | "likely";
  readonly evidence: readonly Evidence[];
  readonly step: string;
  readonly because?: readonly ObjectRef[];
}

function findingOf(
  failure: CreateFailure,
  name: string,
  objects: Pick<Objects, "services" | "endpointSlices" | (typeof WEBHOOK_READS)[number]>,
): Finding {
  const webhook = findWebhook(name, objects);
  const service = webhookService(webhook, failure.message);
  const fault = faultOf(failure, name, webhook, service, objects);
  const policy =
    webhook && fieldEvidence(webhook.configuration, `webhooks[${name}].failurePolicy`, webhook.failurePolicy);
  return {
    object: fault.object,
    subject: name,
    title: fault.title,
    confidence: fault.confidence,
    evidence: [failure.evidence, ...fault.evidence, ...(policy ? [policy] : [])],
    affects: [failure.owner],
    ...(fault.because && { because: fault.because }),
    ...(webhook && { related: [webhook.configuration] }),
    remedies: [
      { step: fault.step },
      {
        step: `Or, until the webhook works again, set failurePolicy of ${name} to Ignore, when Pods may be created unchecked, or exclude the namespace by namespaceSelector.`,
        ...(webhook && { object: webhook.configuration }),
      },
    ],
    details: { webhook: name, ...(service && { service: `${service.namespace}/${service.name}` }) },
  };
}

function faultOf(
  { message, workload }: CreateFailure,
  name: string,
  webhook: Webhook | undefined,
  service: ObjectRef | undefined,
  objects: Pick<Objects, "services" | "endpointSlices">,
): Fault {
  const configuration = webhook?.configuration ?? service ?? workload;
  const called = `The webhook ${name} cannot be called`;
  if (CERTIFICATE.test(message)) {
    return {
      object: configuration,
      title: `${called}: its certificate is not trusted`,
      confidence: "likely",
      evidence: [],
      step: `Renew the certificate of the webhook, and put the matching caBundle into ${nameOf(configuration)}.`,
    };
  }
  if (
    service &&
    !objects.services.get(service.namespace, service.name) &&
    objects.services.knows(service.namespace, service.name)
  ) {
    return {
      object: configuration,
      title: `${called}: its Service does not exist`,
      confidence: "certain",
      evidence: [fieldEvidence(service, "metadata.name", undefined)],
      step: `Install the webhook's Service ${service.name} in namespace ${service.namespace} again, or delete ${nameOf(configuration)} when it is a leftover.`,
    };
  }
  const empty = service !== undefined && hasNoEndpoints(service, objects);
  return {
    object: service ?? configuration,
    title: empty ? `${called}: its Service has no ready endpoints` : called,
    confidence: empty ? "certain" : "likely",
    evidence: empty ? [fieldEvidence(service, "endpoints ready", "0")] : [],
    step: service
      ? `Bring the Pods behind ${nameOf(service)} in namespace ${service.namespace} back.`
      : "Bring the webhook's server back.",
    ...(service && { because: [service] }),
  };
}

function hasNoEndpoints({ namespace, name }: ObjectRef, objects: Pick<Objects, "endpointSlices">): boolean {
  if (!objects.endpointSlices.knows(namespace)) return false;
  return !objects.endpointSlices
    .in(namespace)
    .some(
      ({ metadata, endpoints }) =>
        metadata.labels?.["kubernetes.io/service-name"] === name &&
        (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false),
    );
}
