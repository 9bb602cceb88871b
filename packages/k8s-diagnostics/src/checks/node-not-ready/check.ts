import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf, sameRef } from "../../kube/refs.ts";
import { brokenNetworkPlugins, lacksNetwork } from "../../kube/scheduling/network-plugin.ts";
import { JOINING_SECONDS, nodeCondition, podsSufferingFrom } from "../../kube/scheduling/node-conditions.ts";
import { PLACEMENT_READS } from "../../kube/scheduling/placement-failures.ts";
import { secondsBetween } from "../../kube/time.ts";

type Node = ObjectOf<"nodes">;

export const nodeNotReady = defineCheck({
  id: "node_not_ready",
  title: "Node is not ready",
  when: "the Ready condition of a Node that is not just joining is False or Unknown",
  severity: "high",
  level: "cause",
  reads: [...PLACEMENT_READS, "leases"],
  supersedes: ["pod_unschedulable", "sandbox_failed"],
  run: ({ objects, asOf }) => {
    const down = objects.nodes.all.filter((node) => isDown(node, asOf));
    if (down.length === 0) return [];
    const podsOf = podsSufferingFrom(down, objects);
    const plugins = brokenNetworkPlugins(objects);
    return down.map((node) => {
      return findingOf(node, podsOf(node), plugins.get(node.metadata.name) ?? [], objects, asOf);
    });
  },
});

function isDown(node: Node, asOf: string): boolean {
  const ready = nodeCondition(node, "Ready");
  if (!ready || ready.status === "True") return false;
  return (secondsBetween(node.metadata.creationTimestamp, asOf) ?? Infinity) > JOINING_SECONDS;
}

function findingOf(
  node: Node,
  affected: readonly ObjectRef[],
  plugins: readonly ObjectRef[],
  objects: Pick<Objects, "leases">,
  asOf: string,
): Finding {
  const ref = refOf(node);
  const ready = nodeCondition(node, "Ready");
  const lease = objects.leases.get("kube-node-lease", ref.name);
  const silence = secondsBetween(lease?.spec?.renewTime, asOf);
  const silent = ready?.status === "Unknown";
  // The plug-in's own Pod is no victim of a network that it does not set up.
  const networkless = lacksNetwork(ready?.message) && plugins.length > 0;
  const sufferers = networkless
    ? affected.filter((one) => !plugins.some((plugin) => sameRef(plugin, one)))
    : affected;
  const maintenance = node.spec?.unschedulable === true && affected.length === 0;
  const leaseEvidence: readonly Evidence[] = lease
    ? [fieldEvidence(refOf(lease), "spec.renewTime", lease.spec?.renewTime)]
    : [];
  return {
    object: ref,
    title: silent ? `The kubelet of ${nameOf(ref)} does not report` : `${nameOf(ref)} is not ready`,
    confidence: "certain",
    ...(maintenance && { severity: "medium" as const }),
    evidence: [
      fieldEvidence(ref, "status.conditions[Ready].status", ready?.status),
      fieldEvidence(ref, "status.conditions[Ready].message", ready?.message),
      ...leaseEvidence,
    ],
    affects: sufferers,
    ...(networkless && { because: plugins }),
    remedies: [{ step: stepFor(silent, ready?.message ?? "", nameOf(ref)) }],
    details: {
      ...(ready?.reason !== undefined && { reason: ready.reason }),
      ...(ready?.lastTransitionTime !== undefined && { since: ready.lastTransitionTime }),
      ...(silence !== undefined && { seconds_since_lease: Math.round(silence) }),
      affected_pods: affected.length,
    },
  };
}

function stepFor(silent: boolean, message: string, name: string): string {
  if (silent)
    return `Check that the machine of ${name} runs and reaches the API server, and start its kubelet again.`;
  if (lacksNetwork(message)) {
    return `Install or repair the network plug-in on ${name}: look at the Pods of the plug-in's DaemonSet there.`;
  }
  if (/container runtime|PLEG/i.test(message))
    return `Look at the container runtime of ${name} and start it again.`;
  return `Look at the kubelet's log of ${name}.`;
}
