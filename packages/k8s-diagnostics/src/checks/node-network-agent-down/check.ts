import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { clientGroups, connectionProblems } from "../../kube/network/clients.ts";
import { controllerOf } from "../../kube/owners.ts";
import { placesOf } from "../../kube/places.ts";
import { isReady, isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isUsualNetworkPlugin } from "../../kube/scheduling/network-plugin.ts";
import { isStarting } from "../../kube/starting.ts";

export const nodeNetworkAgentDown = defineCheck({
  id: "node_network_agent_down",
  title: "Network of a Node does not work, because its agent is down",
  when: "the kube-proxy or CNI Pod of a Node is not ready, and a Pod there that is not in the host's network tells in its log of connections that fail",
  severity: "high",
  level: "cause",
  reads: ["pods", "nodes", "replicaSets", "jobs", "logs", "services", "namespaces"],
  supersedes: ["dependency_unreachable"],
  run: ({ objects, asOf }) => {
    const down = objects.pods.all.filter(
      (pod) => isAgent(pod) && !isReady(pod) && !isTerminating(pod) && !isStarting(pod, asOf),
    );
    if (down.length === 0) return [];
    const suffering = Map.groupBy(complaints(objects, asOf), ({ nodeName }) => nodeName);
    return down.flatMap((pod): readonly Finding[] => {
      const nodeName = pod.spec?.nodeName ?? "";
      const here = suffering.get(nodeName) ?? [];
      const [first] = here;
      const agent = controllerOf(pod);
      if (!first || !agent || nodeName === "") return [];
      const object = refOf(pod);
      return [
        {
          object,
          title: `${nameOf(agent)} does not work on Node ${nodeName}, so that Pods there cannot reach others`,
          confidence: "likely",
          evidence: [
            fieldEvidence(object, "status.conditions[Ready].status", "False"),
            fieldEvidence(object, "spec.nodeName", nodeName),
            ...here.slice(0, 3).map(({ said }) => said),
          ],
          affects: here.map(({ client }) => client),
          related: [
            { kind: "Node", namespace: "", name: nodeName },
            agent,
            ...here.flatMap(({ asked }) => asked),
          ],
          because: [object],
          remedies: [
            {
              step: `Make ${nameOf(object)} in namespace ${object.namespace} ready again.`,
              call: {
                tool: "remediate_pod_restart",
                arguments: { namespace: object.namespace, pod_name: object.name },
              },
            },
          ],
        },
      ];
    });
  },
});

/** Without these Pods of a Node reach no Service or no other Node. */
function isAgent(pod: ObjectOf<"pods">): boolean {
  const owner = controllerOf(pod);
  return (owner?.kind === "DaemonSet" && owner.name === "kube-proxy") || isUsualNetworkPlugin(pod);
}

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs" | "services" | "namespaces">;

function complaints(objects: Read, asOf: string) {
  const problemsOf = connectionProblems(objects, asOf);
  return clientGroups(objects, asOf)
    .filter(({ pod }) => pod.spec?.hostNetwork !== true)
    .flatMap(({ pod }) => {
      const [first] = placesOf(pod, objects).flatMap(problemsOf);
      if (!first) return [];
      const asked = first.targets.map(({ service }) => service);
      return [{ nodeName: pod.spec?.nodeName ?? "", client: refOf(pod), said: first.evidence, asked }];
    });
}
