import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { complaintsByService } from "../../kube/network/clients.ts";
import { podsOf } from "../../kube/network/services.ts";
import { isReady } from "../../kube/pods.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";

export const localTrafficPolicyWithoutEndpoints = defineCheck({
  id: "local_traffic_policy_without_endpoints",
  title: "Local traffic policy leaves some Nodes without endpoints",
  when: "internalTrafficPolicy of a Service is Local and a schedulable Node has none of its ready Pods, so that clients there reach nothing; high when the log of a client there tells of it",
  severity: "low",
  level: "cause",
  reads: ["services", "pods", "nodes", "replicaSets", "jobs", "logs", "namespaces"],
  run: ({ objects, asOf }) => {
    const services = objects.services.all.filter(({ spec }) => spec?.internalTrafficPolicy === "Local");
    if (services.length === 0) return [];
    const complaints = complaintsByService(objects, asOf);
    return services.flatMap((service) => {
      const pods = podsOf(service, objects).filter(isReady);
      const bare = nodesWithout(pods, objects);
      if (pods.length === 0 || bare.length === 0) return [];
      const object = refOf(service);
      const heard = (complaints.get(refKey(object)) ?? []).filter(({ nodeName = "" }) =>
        bare.includes(nodeName),
      );
      const [first] = heard;
      return [
        {
          object,
          ...(first && { severity: "high" as const }),
          title: `${nameOf(object)} serves only clients on the Nodes that have one of its Pods`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.internalTrafficPolicy", "Local"),
            fieldEvidence(object, "nodes without a ready Pod", bare.slice(0, 10)),
            ...(first ? [first.said.evidence] : []),
          ] as const,
          affects: heard.flatMap((complaint) => complaint.pods),
          remedies: [
            {
              step: `Set spec.internalTrafficPolicy of ${nameOf(object)} to Cluster, or run its Pods on every Node.`,
              patch: "spec:\n  internalTrafficPolicy: Cluster\n",
            },
          ],
        },
      ];
    });
  },
});

function nodesWithout(pods: readonly ObjectOf<"pods">[], objects: Pick<Objects, "nodes">): readonly string[] {
  const used = new Set(pods.map(({ spec }) => spec?.nodeName));
  return objects.nodes.all
    .filter(({ spec, metadata }) => spec?.unschedulable !== true && !used.has(metadata.name))
    .map(({ metadata }) => metadata.name);
}
