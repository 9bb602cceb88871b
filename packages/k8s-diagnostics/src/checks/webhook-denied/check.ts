import { isDnsSubdomain } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { CREATE_READS, createFailures } from "../../kube/admission/create-failures.ts";
import { findWebhook, isUnregistered, WEBHOOK_READS } from "../../kube/admission/webhooks.ts";
import { nameOf } from "../../kube/refs.ts";

const REFUSAL = /admission webhook "([^"]{1,253})" denied the request/;

export const webhookDenied = defineCheck({
  id: "webhook_denied",
  title: "An admission webhook refuses the Pods",
  when: "a controller lacks Pods because an admission webhook that is still registered refuses them",
  severity: "high",
  level: "cause",
  reads: [...CREATE_READS, ...WEBHOOK_READS],
  supersedes: ["replicas_not_created"],
  run: ({ objects }) =>
    createFailures(objects).flatMap(({ owner, workload, message, evidence }) => {
      const name = REFUSAL.exec(message)?.[1];
      if (name === undefined || !isDnsSubdomain(name) || isUnregistered(name, objects)) return [];
      const webhook = findWebhook(name, objects);
      return [
        {
          object: workload,
          title: `The admission webhook ${name} refuses the Pods of ${nameOf(workload)}`,
          confidence: "certain" as const,
          evidence: [evidence] as const,
          affects: [owner],
          ...(webhook && { related: [webhook.configuration] }),
          remedies: [
            { step: `Change the Pod template of ${nameOf(workload)} as the webhook's message asks.` },
            {
              step: `Or change the policy behind the webhook, when the Pods of ${nameOf(workload)} are meant to be allowed.`,
              ...(webhook && { object: webhook.configuration }),
            },
          ],
          details: { webhook: name },
        },
      ];
    }),
});
