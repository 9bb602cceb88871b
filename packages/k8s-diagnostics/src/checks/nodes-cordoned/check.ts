import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { type LastWrite, writesOf } from "../../kube/changes.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { refOf } from "../../kube/refs.ts";
import { PLACEMENT_READS, placementFailures } from "../../kube/scheduling/placement-failures.ts";
import { freeOf, nodesHeldBack } from "../../kube/scheduling/room.ts";
import { CORDON_TAINT } from "../../kube/scheduling/tolerations.ts";
import { claimRef } from "../../kube/storage/claims.ts";
import { secondsBetween } from "../../kube/time.ts";

/** One Node made schedulable is enough, so the first few are worth naming only. */
const MAX_NODES = 3;

export const nodesCordoned = defineCheck({
  id: "nodes_cordoned",
  title: "The only Nodes for the Pod are cordoned",
  when: "a Pod waits to be scheduled and every Node that it could run on is marked unschedulable, or the others are full and one that has room has been so for more than a day",
  severity: "high",
  level: "cause",
  reads: PLACEMENT_READS,
  supersedes: ["pod_unschedulable"],
  run: ({ objects, asOf }) => {
    const free = freeOf(objects);
    return placementFailures(objects).flatMap((failure) => {
      const { pod, ref, placement, evidence } = failure;
      if (!placement) return [];
      // Where the others are full now, a cordon that was left behind is why there is no room.
      const cordoned = placement.blocking.has("cordoned")
        ? placement.nodes.filter((view) => view.cordoned).map(({ node }) => node)
        : placement.blocking.size === 0
          ? nodesHeldBack(failure, free, asOf).filter(({ spec }) => spec?.unschedulable === true)
          : [];
      const [pinning] = new Set(placement.all.flatMap(({ volumes }) => volumes));
      return cordoned.slice(0, MAX_NODES).map((node) => {
        const since = node.spec?.taints?.find(({ key }) => key === CORDON_TAINT)?.timeAdded;
        const author = cordonedBy(node, since);
        return {
          object: refOf(node),
          title: `Node ${node.metadata.name} is cordoned, and Pods wait for it`,
          confidence:
            placement.blocking.size === 1 && cordoned.length === placement.nodes.length
              ? ("certain" as const)
              : ("likely" as const),
          evidence: [
            fieldEvidence(refOf(node), "spec.unschedulable", "true"),
            ...(since ? [fieldEvidence(refOf(node), `spec.taints[${CORDON_TAINT}].timeAdded`, since)] : []),
            ...(author ? [fieldEvidence(refOf(node), "metadata.managedFields", author)] : []),
            evidence,
            ...(pinning
              ? [
                  fieldEvidence(
                    refOf(pinning),
                    "spec.nodeAffinity.required",
                    pinning.spec?.nodeAffinity?.required,
                  ),
                ]
              : []),
          ] as const,
          affects: [ref],
          ...(pinning && {
            related: [refOf(pinning), claimRef(pod.metadata.namespace, pinning.spec?.claimRef?.name ?? "")],
          }),
          remedies: [
            {
              step: `Uncordon Node ${node.metadata.name} when its maintenance is over, or add a Node.`,
              call: { tool: "remediate_uncordon_node", arguments: { node_name: node.metadata.name } },
            },
          ],
          details: {
            cordoned_nodes: cordoned.length,
            ...(since && { cordoned_since: since }),
            ...(author && { cordoned_by: author.manager }),
          },
        };
      });
    });
  },
});

/** Components that write Nodes all the time and cordon none. */
const ROUTINE =
  /^(?:kubelet|kube-controller-manager|.*cloud-controller-manager|k3s|calico-node|cilium-agent)$/;
const CORDONS = /kubectl|drain|cordon|autoscal|karpenter|upgrade/i;
/** The taint of a cordon follows it within moments. */
const MOMENT_SECONDS = 120;

/** Who wrote the Node when the cordon's taint came, else the newest writer that is known to cordon. */
function cordonedBy(node: ObjectOf<"nodes">, since: string | undefined): LastWrite | undefined {
  const writes = writesOf(node).filter(({ manager }) => manager !== "" && !ROUTINE.test(manager));
  const then = writes.find(
    ({ at }) => since !== undefined && Math.abs(secondsBetween(at, since) ?? Infinity) <= MOMENT_SECONDS,
  );
  return then ?? writes.find(({ manager }) => CORDONS.test(manager));
}
