import { isDnsSubdomain } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { CREATE_READS, createFailures } from "../../kube/admission/create-failures.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { nameOf } from "../../kube/refs.ts";

const REFUSAL = /error looking up service account [^\s:]{1,320}: serviceaccounts? "([^"]{1,253})" not found/;

export const serviceAccountMissing = defineCheck({
  id: "service_account_missing",
  title: "The ServiceAccount that the Pods name does not exist",
  when: "a controller lacks Pods because their ServiceAccount does not exist, and it still does not",
  severity: "high",
  level: "cause",
  reads: [...CREATE_READS, "serviceAccounts"],
  supersedes: ["replicas_not_created"],
  run: ({ objects }) =>
    createFailures(objects).flatMap(({ owner, workload, base, message, evidence }) => {
      const name = REFUSAL.exec(message)?.[1];
      const { namespace } = owner;
      if (!name || !isDnsSubdomain(name) || objects.serviceAccounts.get(namespace, name)) return [];
      const others = objects.serviceAccounts.in(namespace).map(({ metadata }) => metadata.name);
      const near = nearestName(
        name,
        others.filter((other) => other !== "default"),
      );
      const field = `${base}.serviceAccountName`;
      return [
        {
          object: workload,
          title: `ServiceAccount ${name} that ${nameOf(workload)} uses does not exist`,
          confidence: "certain" as const,
          evidence: [fieldEvidence(workload, field, name), evidence] as const,
          affects: [owner],
          remedies: [
            ...(near
              ? [
                  {
                    step: `Set ${field} of ${nameOf(workload)} to ${near}, when that one is meant.`,
                    patch: podSpecPatch(workload.kind, { serviceAccountName: near }),
                  },
                ]
              : []),
            {
              step: `Create ServiceAccount ${name} in namespace ${namespace}: kubectl create serviceaccount ${name} --namespace ${namespace}`,
            },
          ],
          ...(near !== undefined && { details: { nearest_service_account: near } }),
        },
      ];
    }),
});
