import { isDnsSubdomain, type ObjectRef, type Objects, type Wire } from "@k8s-ops/k8s-cluster";
import type { AdmissionregistrationV1WebhookClientConfig } from "@kubernetes/client-node";
import { refOf } from "../refs.ts";

export const WEBHOOK_READS = ["validatingWebhookConfigurations", "mutatingWebhookConfigurations"] as const;

type Input = Pick<Objects, (typeof WEBHOOK_READS)[number]>;

/** One admission webhook, and the configuration that registers it. */
export interface Webhook {
  readonly configuration: ObjectRef;
  readonly name: string;
  readonly failurePolicy: string;
  readonly clientConfig: Wire<AdmissionregistrationV1WebhookClientConfig>;
}

/** The registered webhook of this name. */
export function findWebhook(name: string, objects: Input): Webhook | undefined {
  for (const configuration of [
    ...objects.validatingWebhookConfigurations.all,
    ...objects.mutatingWebhookConfigurations.all,
  ]) {
    const webhook = configuration.webhooks?.find((candidate) => candidate.name === name);
    if (webhook) {
      const { clientConfig, failurePolicy = "Fail" } = webhook;
      return { configuration: refOf(configuration), name, failurePolicy, clientConfig };
    }
  }
  return undefined;
}

/** Whether it is known that no webhook of this name is registered. */
export function isUnregistered(name: string, objects: Input): boolean {
  return (
    objects.validatingWebhookConfigurations.knows("") &&
    objects.mutatingWebhookConfigurations.knows("") &&
    findWebhook(name, objects) === undefined
  );
}

/** The Service that the webhook is called through: as registered, else as the API server's message names its host. */
export function webhookService(webhook: Webhook | undefined, message: string): ObjectRef | undefined {
  const registered = webhook?.clientConfig.service;
  if (registered) return { kind: "Service", namespace: registered.namespace, name: registered.name };
  const [, name = "", namespace = ""] =
    /"https:\/\/([-a-z0-9]{1,63})\.([-a-z0-9]{1,63})\.svc[:/]/.exec(message) ?? [];
  return isDnsSubdomain(name) && isDnsSubdomain(namespace) ? { kind: "Service", namespace, name } : undefined;
}
