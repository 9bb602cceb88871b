import { isDnsSubdomain, type ObjectOf, type ObjectRef, type Objects, type Wire } from "@k8s-ops/k8s-cluster";
import type { AdmissionregistrationV1WebhookClientConfig, V1LabelSelector } from "@kubernetes/client-node";
import { refOf } from "../refs.ts";
import { matchesSelector } from "../selectors.ts";

export const WEBHOOK_READS = ["validatingWebhookConfigurations", "mutatingWebhookConfigurations"] as const;

type Input = Pick<Objects, (typeof WEBHOOK_READS)[number]>;

type Configuration = ObjectOf<"validatingWebhookConfigurations"> | ObjectOf<"mutatingWebhookConfigurations">;

/** One admission webhook, and the configuration that registers it. */
export interface Webhook {
  readonly configuration: ObjectRef;
  readonly name: string;
  readonly failurePolicy: string;
  readonly clientConfig: Wire<AdmissionregistrationV1WebhookClientConfig>;
  /** Seconds that the API server waits for it. */
  readonly timeout: number;
  readonly namespaceSelector: Wire<V1LabelSelector> | undefined;
  readonly registeredBy: Configuration;
}

/** The registered webhook of this name. */
export function findWebhook(name: string, objects: Input): Webhook | undefined {
  return registeredWebhooks(objects).find((webhook) => webhook.name === name);
}

/** Source: k8s.io/api admissionregistration/v1 (defaults: Fail, 10 seconds) */
export function registeredWebhooks(objects: Input): readonly Webhook[] {
  return [
    ...objects.validatingWebhookConfigurations.all,
    ...objects.mutatingWebhookConfigurations.all,
  ].flatMap((registeredBy: Configuration) =>
    (registeredBy.webhooks ?? []).map((webhook) => ({
      configuration: refOf(registeredBy),
      name: webhook.name,
      failurePolicy: webhook.failurePolicy ?? "Fail",
      clientConfig: webhook.clientConfig,
      timeout: webhook.timeoutSeconds ?? 10,
      namespaceSelector: webhook.namespaceSelector,
      registeredBy,
    })),
  );
}

/** The namespaces that were read and in which the webhook is called; without a selector, in all. */
export function namespacesOf(
  { namespaceSelector }: Webhook,
  { namespaces }: Pick<Objects, "namespaces">,
): readonly ObjectRef[] {
  return namespaces.all
    .filter(
      ({ metadata }) =>
        namespaceSelector === undefined || matchesSelector(namespaceSelector, metadata.labels),
    )
    .map(refOf);
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
