import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { failingLogs } from "../../kube/logs/failing-logs.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { lacksNetwork } from "../../kube/scheduling/network-plugin.ts";
import { JOINING_SECONDS, nodeCondition, podsSufferingFrom } from "../../kube/scheduling/node-conditions.ts";
import { PLACEMENT_READS } from "../../kube/scheduling/placement-failures.ts";
import { secondsBetween } from "../../kube/time.ts";

type Node = ObjectOf<"nodes">;

export const nodeWithoutPodCidr = defineCheck({
  id: "node_without_pod_cidr",
  title: "No addresses for Pods are left for a Node",
  when: "a Node has no Pod CIDR though others have, and the controller manager says that none is left, the network plug-in that it lacks one, or its network is not set up",
  severity: "high",
  level: "cause",
  reads: [...PLACEMENT_READS, "logs"],
  supersedes: [
    "node_not_ready",
    "node_network_unavailable",
    "container_exits_with_error",
    "container_not_ready",
    "sandbox_failed",
    "pod_unschedulable",
  ],
  run: ({ objects, asOf }) => {
    const without = objects.nodes.all.filter((node) => lacksCidr(node, asOf));
    const others = objects.nodes.all.length - without.length;
    if (without.length === 0 || others === 0) return [];
    const podsOf = podsSufferingFrom(without, objects);
    const complaints = complaintsByNode(objects, asOf);
    return without.flatMap((node): readonly Finding[] => {
      const { name } = node.metadata;
      const object = refOf(node);
      const event = latestEvent(node, objects, "CIDRNotAvailable", "CIDRAssignmentFailed");
      const said = complaints.get(name);
      const isCutOff =
        lacksNetwork(nodeCondition(node, "Ready")?.message) ||
        nodeCondition(node, "NetworkUnavailable")?.status === "True";
      if (!event && !said && !isCutOff) return [];
      return [
        {
          object,
          title: `${nameOf(object)} has no Pod CIDR: the cluster's range for Pods is used up, or nothing hands it out`,
          confidence: event ? "certain" : "likely",
          evidence: [
            fieldEvidence(object, "spec.podCIDR", undefined),
            ...(event ? [eventEvidence(object, event)] : []),
            ...(said ? [said] : []),
            ...rangeOf(objects),
          ],
          affects: podsOf(node),
          remedies: [
            {
              step: "Remove Nodes that are gone from the cluster (kubectl delete node): each holds a part of the range.",
            },
            {
              step: "Or add a larger range: --cluster-cidr of kube-controller-manager and the network plug-in's own setting; --node-cidr-mask-size says how much of it each Node takes.",
            },
          ],
          details: { nodes_with_cidr: others },
        },
      ];
    });
  },
});

function lacksCidr({ metadata, spec }: Node, asOf: string): boolean {
  if (spec?.podCIDR || (spec?.podCIDRs ?? []).length > 0 || metadata.deletionTimestamp) return false;
  return (secondsBetween(metadata.creationTimestamp, asOf) ?? Infinity) > JOINING_SECONDS;
}

/** As flannel, kube-router, Cilium and kindnet word it. */
const WORDS =
  /pod ?cidr (?:is )?not (?:assigned|available|set)|spec\.podcidr not set|required ipv[46] podcidr not available|no (?:ipv[46] )?pod ?cidr/i;

/** What a Pod of the host's network says on each Node of its missing range. */
function complaintsByNode(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs">,
  asOf: string,
): ReadonlyMap<string, Evidence> {
  const byNode = new Map<string, Evidence>();
  for (const { place, recent, said } of failingLogs(objects, asOf)) {
    const { nodeName, hostNetwork } = place.pod.spec ?? {};
    const line = hostNetwork === true ? recent.find((each) => WORDS.test(each)) : undefined;
    if (nodeName && line !== undefined) byNode.set(nodeName, said(line));
  }
  return byNode;
}

const FLAG = /^--(?:cluster-cidr|node-cidr-mask-size(?:-ipv[46])?)=/;

/** The range, where the controller manager runs as a Pod. */
function rangeOf({ pods }: Pick<Objects, "pods">): readonly Evidence[] {
  const manager = pods
    .in("kube-system")
    .find(({ metadata }) => metadata.labels?.component === "kube-controller-manager");
  const [container] = manager?.spec?.containers ?? [];
  const flags = [...(container?.command ?? []), ...(container?.args ?? [])].filter((arg) => FLAG.test(arg));
  if (!manager || flags.length === 0) return [];
  const ref: ObjectRef = refOf(manager);
  return [fieldEvidence(ref, "spec.containers[kube-controller-manager].command", flags.join(" "))];
}
