import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Remedy } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import {
  PLACEMENT_READS,
  type PlacementFailure,
  placementFailures,
  podsOf,
} from "../../kube/scheduling/placement-failures.ts";
import type { ObstacleKind } from "../../kube/scheduling/scheduler-message.ts";
import { claimRef, claimsOf } from "../../kube/storage/claims.ts";
import { fullDrivers } from "./volume-limits.ts";

const STEPS: Partial<Record<ObstacleKind, string>> = {
  pod_affinity: "Start the Pods that the required pod affinity looks for, or make the rule preferred.",
  volume_limit: "Add a Node: the Nodes have attached as many volumes of this driver as they can.",
  volume_in_use:
    "Wait for or delete the other Pod that uses the same volume, or give the claim another access mode.",
  volume_space: "Add storage capacity to the Nodes, or ask for a smaller volume.",
  no_volume_to_bind:
    "Create a PersistentVolume that fits the claim and can be reached from one of the Nodes.",
  csi_driver_missing: "Run the node part of the CSI driver on the Nodes where the Pod may run.",
  claim_deleting: "Wait until the deleted claim is gone and create it again.",
  claim_lost_volume: "Restore the PersistentVolume that the claim is bound to, or create the claim again.",
  device_claim: "Check the ResourceClaims of the Pod and the devices that the Nodes offer.",
  node_features: "Upgrade the Nodes, or remove from the Pod what their kubelet does not declare to support.",
};

export const podUnschedulable = defineCheck({
  id: "pod_unschedulable",
  title: "Pod cannot be scheduled",
  when: "the scheduler tried to place a Pod and found no Node for it, and no more specific reason is known",
  severity: "high",
  level: "cause",
  reads: [...PLACEMENT_READS, "csiNodes", "volumeAttachments"],
  run: ({ objects }) =>
    placementFailures(objects).map((failure) => {
      const { pod, ref, workload, message, evidence } = failure;
      const scaleUp = latestEvent(pod, objects, "NotTriggerScaleUp");
      const because = whereToLook(failure, objects);
      return {
        object: workload,
        title: `The scheduler finds no Node for ${podsOf(workload)}`,
        confidence: "likely" as const,
        evidence: [
          evidence,
          ...(scaleUp ? [eventEvidence(ref, scaleUp)] : []),
          ...fullDrivers(failure, objects),
        ] as const,
        affects: [ref],
        ...(because.length > 0 && { because }),
        remedies: remediesFor(failure),
        ...(message && {
          details: {
            nodes: message.totalNodes,
            ...(message.preemption !== undefined && { preemption: message.preemption }),
            reasons: message.clauses.map(({ text, nodes }) => ({
              reason: text,
              ...(nodes !== undefined && { nodes }),
            })),
          },
        }),
      };
    }),
});

function remediesFor({ message, base, workload }: PlacementFailure): readonly Remedy[] {
  const steps = (message?.clauses ?? []).flatMap(({ kind }) => STEPS[kind] ?? []);
  if (steps.length > 0)
    return [...new Set(steps)].map((step) => ({
      step: `${step.slice(0, -1)} (${base} of ${nameOf(workload)}).`,
    }));
  return [
    {
      step: `Compare each of the scheduler's reasons with the Nodes, and add a Node or relax what ${base} of ${nameOf(workload)} asks for.`,
    },
  ];
}

function whereToLook(
  { pod, placement, message }: PlacementFailure,
  objects: Pick<Objects, "persistentVolumeClaims">,
): readonly ObjectRef[] {
  const nodes = placement?.blocking.has("condition") ? placement.nodes.map(({ node }) => refOf(node)) : [];
  const waits = message?.clauses.some(({ kind }) => kind === "unbound_claim" || kind === "no_volume_to_bind");
  return waits ? [...nodes, ...unboundClaims(pod, objects)] : nodes;
}

function unboundClaims(
  pod: ObjectOf<"pods">,
  objects: Pick<Objects, "persistentVolumeClaims">,
): readonly ObjectRef[] {
  const { namespace } = pod.metadata;
  return claimsOf(pod)
    .filter(({ name }) => objects.persistentVolumeClaims.get(namespace, name)?.status?.phase !== "Bound")
    .map(({ name }) => claimRef(namespace, name));
}
