import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podsOf } from "../../kube/network/services.ts";
import { isReady } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const externalTrafficPolicyUneven = defineCheck({
  id: "external_traffic_policy_uneven",
  title: "Traffic from outside reaches few Nodes only",
  when: "externalTrafficPolicy of a NodePort or LoadBalancer Service is Local, all of its ready Pods run on one Node, and the cluster has others",
  severity: "low",
  level: "cause",
  reads: ["services", "pods", "nodes"],
  run: ({ objects }) =>
    objects.services.all
      .filter(({ spec }) => spec?.externalTrafficPolicy === "Local")
      .flatMap((service) => {
        const pods = podsOf(service, objects).filter(isReady);
        const nodes = new Set(pods.map(({ spec }) => spec?.nodeName));
        const usable = objects.nodes.all.filter(({ spec }) => spec?.unschedulable !== true);
        if (nodes.size !== 1 || usable.length < 2) return [];
        const object = refOf(service);
        return [
          {
            object,
            title: `${nameOf(object)} takes traffic from outside on the one Node that runs its Pods`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(object, "spec.externalTrafficPolicy", "Local"),
              fieldEvidence(object, "nodes with a ready Pod", [...nodes]),
            ] as const,
            remedies: [
              {
                step: `Spread the Pods of ${nameOf(object)} over several Nodes, or set spec.externalTrafficPolicy to Cluster when the client's address is not needed.`,
                patch: "spec:\n  externalTrafficPolicy: Cluster\n",
              },
            ],
          },
        ];
      }),
});
