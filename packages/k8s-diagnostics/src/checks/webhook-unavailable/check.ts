import { isDnsSubdomain, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import {
  BACKEND_READS,
  type Backends,
  type Fault,
  noEndpoints,
  serviceMissing,
  standingFault,
} from "../../kube/admission/callees.ts";
import { CREATE_READS, type CreateFailure, createFailures } from "../../kube/admission/create-failures.ts";
import {
  findWebhook,
  isUnregistered,
  namespacesOf,
  registeredWebhooks,
  WEBHOOK_READS,
  type Webhook,
  webhookService,
} from "../../kube/admission/webhooks.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";
import { type Complaint, complaintsByWebhook, REFUSAL } from "./complaints.ts";
import { calleeOf, cannot, certificateFault, whoIs } from "./fault.ts";

const CERTIFICATE = /x509:|tls: |certificate/;
const TIMEOUT = /deadline exceeded|Client\.Timeout exceeded|i\/o timeout/;

type Input = Backends & Pick<Objects, (typeof WEBHOOK_READS)[number] | "namespaces">;

export const webhookUnavailable = defineCheck({
  id: "webhook_unavailable",
  title: "An admission webhook that must answer does not",
  when: "a controller lacks Pods because a registered webhook with failurePolicy Fail cannot be called; of medium severity when nothing has failed yet, and the webhook's Service, port, endpoints or caBundle show that a call must, or a program logs that it fails",
  severity: "high",
  level: "cause",
  reads: [...CREATE_READS, ...WEBHOOK_READS, ...BACKEND_READS, "namespaces", "logs"],
  supersedes: [
    "replicas_not_created",
    "dependency_unreachable",
    "certificate_rejected",
    "container_exits_with_error",
  ],
  run: ({ objects, asOf }) => {
    const felt = createFailures(objects).flatMap((failure): readonly Finding[] => {
      const name = REFUSAL.exec(failure.message)?.[1];
      if (name === undefined || !isDnsSubdomain(name) || isUnregistered(name, objects)) return [];
      return [feltFinding(failure, name, objects, asOf)];
    });
    const named = new Set(felt.map(({ subject }) => subject));
    const said = complaintsByWebhook(objects, asOf);
    const latent = registeredWebhooks(objects)
      .filter(({ name, failurePolicy }) => failurePolicy === "Fail" && !named.has(name))
      .flatMap((webhook) => latentFinding(webhook, said.get(webhook.name) ?? [], objects, asOf));
    return [...felt, ...latent];
  },
});

function feltFinding(failure: CreateFailure, name: string, objects: Input, asOf: string): Finding {
  const webhook = findWebhook(name, objects);
  const service = webhookService(webhook, failure.message);
  const fault = faultOf(failure, name, webhook, service, objects, asOf);
  const policy =
    webhook && fieldEvidence(webhook.configuration, `webhooks[${name}].failurePolicy`, webhook.failurePolicy);
  return {
    ...shared(fault, name, webhook, service),
    evidence: [failure.evidence, ...fault.evidence, ...(policy ? [policy] : [])],
    affects: [failure.owner],
    ...(webhook && { related: [webhook.configuration] }),
  };
}

/** No controller of Pods is refused anything so far; a program may be, and the next object that the webhook should see will be. */
function latentFinding(
  webhook: Webhook,
  complaints: readonly Complaint[],
  objects: Input,
  asOf: string,
): readonly Finding[] {
  const { name, configuration, clientConfig, failurePolicy } = webhook;
  if (!isDnsSubdomain(name) || !clientConfig.service || isYoung(webhook.registeredBy, asOf)) return [];
  const service = webhookService(webhook, "");
  const backend = service && objects.services.get(service.namespace, service.name);
  if (backend && isYoung(backend, asOf)) return [];
  const fault = service && standingFault(calleeOf(webhook, service), objects, asOf);
  if (!fault) return [];
  const policy = fieldEvidence(configuration, `webhooks[${name}].failurePolicy`, failurePolicy);
  return [
    {
      ...shared(fault, name, webhook, service),
      severity: "medium",
      evidence: [policy, ...fault.evidence, ...complaints.slice(0, 1).map(({ evidence }) => evidence)],
      ...(complaints.length > 0 && { affects: complaints.map(({ place }) => place.podRef) }),
      related: [configuration, ...namespacesOf(webhook, objects)],
    },
  ];
}

function shared(
  fault: Fault,
  name: string,
  webhook: Webhook | undefined,
  service: ObjectRef | undefined,
): Omit<Finding, "evidence"> {
  return {
    object: fault.object,
    subject: name,
    title: fault.title,
    confidence: fault.confidence,
    ...(fault.because && { because: fault.because }),
    remedies: [
      fault.remedy,
      {
        step: `Or, until the webhook works again, set webhooks[${name}].failurePolicy to Ignore, when Pods may be created unchecked, or exclude the namespace by namespaceSelector.`,
        ...(webhook && {
          object: webhook.configuration,
          patch: toYaml({ webhooks: [{ name, failurePolicy: "Ignore" }] }),
        }),
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
  objects: Input,
  asOf: string,
): Fault {
  const configuration = webhook?.configuration ?? service ?? workload;
  const called = { who: whoIs(name), owner: configuration };
  const standing = !service
    ? undefined
    : webhook
      ? standingFault(calleeOf(webhook, service), objects, asOf)
      : (serviceMissing({ ...called, service }, objects) ??
        noEndpoints({ ...called, service }, objects, asOf));
  if (standing) return standing;
  if (webhook && CERTIFICATE.test(message)) return certificateFault(webhook, service, message);
  if (webhook && message.includes("could not find the requested resource")) {
    return {
      object: configuration,
      title: `${cannot(name)}: its server does not know the path`,
      confidence: "likely",
      evidence: [
        fieldEvidence(
          configuration,
          `webhooks[${name}].clientConfig.service.path`,
          webhook.clientConfig.service?.path,
        ),
      ],
      remedy: {
        step: `Correct webhooks[${name}].clientConfig.service.path of ${nameOf(configuration)}, or install the version of the webhook that it belongs to.`,
      },
    };
  }
  const slow = TIMEOUT.test(message);
  return {
    object: service ?? configuration,
    title: slow ? `${cannot(name)}: it does not answer in time` : cannot(name),
    confidence: "likely",
    evidence:
      slow && webhook
        ? [fieldEvidence(configuration, `webhooks[${name}].timeoutSeconds`, webhook.timeout)]
        : [],
    remedy: {
      step: !service
        ? "Bring the webhook's server back."
        : slow
          ? `Look at the load and the logs of the Pods behind ${nameOf(service)} in namespace ${service.namespace}, and whether the API server reaches them: a NetworkPolicy or a firewall between them has this effect.`
          : `Bring the Pods behind ${nameOf(service)} in namespace ${service.namespace} back.`,
    },
    ...(service && { because: [service] }),
  };
}
