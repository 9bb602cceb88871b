import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Remedy } from "../../check.ts";
import type { Callee, Fault } from "../../kube/admission/callees.ts";
import type { Webhook } from "../../kube/admission/webhooks.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf } from "../../kube/refs.ts";

const INJECTOR = "cert-manager.io/inject-ca-from";

export function calleeOf(webhook: Webhook, service: ObjectRef): Callee {
  const { name, configuration, clientConfig } = webhook;
  return {
    who: whoIs(name),
    service,
    port: clientConfig.service?.port,
    caBundle: clientConfig.caBundle,
    owner: configuration,
    field: `webhooks[${name}].clientConfig`,
    patch: (change) => toYaml({ webhooks: [{ name, clientConfig: change }] }),
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
      remedy: {
        step: `Renew the certificate that the server of webhooks[${name}].clientConfig uses, and start its Pods again.`,
      },
    };
  }
  if (/certificate is valid for .{0,500}, not /.test(message)) {
    return {
      ...common,
      object: service ?? configuration,
      title: `${cannot(name)}: its certificate is for another name`,
      evidence: [],
      remedy: {
        step: `Issue the certificate of the webhook's server for the name of ${service ? `${nameOf(service)}: ${service.name}.${service.namespace}.svc` : `the host in webhooks[${name}].clientConfig.url`}.`,
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

export function whoIs(name: string): string {
  return `The webhook ${name}`;
}

export function cannot(name: string): string {
  return `${whoIs(name)} cannot be called`;
}
