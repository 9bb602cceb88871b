import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { workloadOf } from "../../kube/owners.ts";
import { nameOf, refOf, sameRef } from "../../kube/refs.ts";
import { type HeldVolume, heldVolumes } from "./held.ts";

type Input = Pick<Objects, "replicaSets" | "jobs" | "nodes" | "deployments">;

export const volumeMultiAttach = defineCheck({
  id: "volume_multi_attach",
  title: "The volume is still attached to another Node",
  when: "a Pod waits for a volume that only one Node may use and that is attached to another one",
  severity: "high",
  level: "cause",
  reads: [
    "pods",
    "events",
    "replicaSets",
    "deployments",
    "jobs",
    "persistentVolumeClaims",
    "volumeAttachments",
    "nodes",
  ],
  supersedes: ["volume_mount_failed", "rollout_regression"],
  run: ({ objects, asOf }) => heldVolumes(objects, asOf).map((held) => findingOf(held, objects)),
});

function findingOf(held: HeldVolume, objects: Input): Finding {
  const { pod, event, volume, claim, attachment, holder } = held;
  const workload = workloadOf(pod, objects);
  const nodeName = attachment?.spec?.nodeName ?? holder?.spec?.nodeName;
  const node: ObjectRef | undefined = nodeName ? { kind: "Node", namespace: "", name: nodeName } : undefined;
  const own = holder !== undefined && sameRef(workloadOf(holder, objects), workload);
  const updates = own && workload.kind === "Deployment";
  const [first, ...rest] = evidenceOf(held, updates ? workload : undefined, objects);
  return {
    object: workload,
    ...(claim && { subject: claim.podVolume }),
    title: updates
      ? `${nameOf(workload)} starts its new Pod before the old one lets go of a volume that only one Node may use`
      : `A volume of ${nameOf(workload)} is still attached to another Node`,
    confidence: event && node ? "certain" : "likely",
    evidence: [first ?? fieldEvidence(refOf(pod), "status.phase", pod.status?.phase), ...rest],
    affects: [refOf(pod)],
    related: [...(holder ? [refOf(holder)] : []), ...(claim ? [refOf(claim.object)] : [])],
    ...(node && isDown(node, objects) && { because: [node] }),
    remedies: remediesOf(workload, updates, holder && refOf(holder), node),
    details: { volume, ...(node && { attached_to: node.name }) },
  };
}

function evidenceOf(
  { pod, event, claim, attachment, holder }: HeldVolume,
  updated: ObjectRef | undefined,
  { deployments }: Input,
): readonly Evidence[] {
  const deployment = updated && deployments.get(updated.namespace, updated.name);
  return [
    ...(event ? [eventEvidence(refOf(pod), event)] : []),
    ...(attachment ? [fieldEvidence(refOf(attachment), "spec.nodeName", attachment.spec?.nodeName)] : []),
    ...(holder ? [fieldEvidence(refOf(holder), "spec.nodeName", holder.spec?.nodeName)] : []),
    ...(claim
      ? [fieldEvidence(refOf(claim.object), "spec.accessModes", claim.object.spec?.accessModes?.join(", "))]
      : []),
    ...(deployment
      ? [
          fieldEvidence(
            refOf(deployment),
            "spec.strategy.type",
            deployment.spec?.strategy?.type ?? "RollingUpdate",
          ),
        ]
      : []),
  ];
}

function remediesOf(
  workload: ObjectRef,
  updates: boolean,
  holder: ObjectRef | undefined,
  node: ObjectRef | undefined,
): readonly Remedy[] {
  const recreate = {
    step: `Set spec.strategy.type of ${nameOf(workload)} to Recreate, so that the old Pod lets go of the volume before the new one starts.`,
    patch: "spec:\n  strategy:\n    type: Recreate\n    rollingUpdate: null\n",
  };
  const free = holder
    ? {
        step: `Stop ${nameOf(holder)}, which holds the volume, when it is no longer needed.`,
        object: holder,
      }
    : {
        step: node
          ? `Find out why the volume is not detached from Node ${node.name}.`
          : `Find the Pod that holds the volume of ${nameOf(workload)}, and stop it.`,
      };
  return [
    ...(updates ? [recreate] : []),
    free,
    {
      step: `Or use for ${nameOf(workload)} a StorageClass whose volumes several Nodes can share: spec.accessModes ReadWriteMany.`,
    },
  ];
}

function isDown({ name }: ObjectRef, objects: Pick<Objects, "nodes">): boolean {
  const ready = objects.nodes.get("", name)?.status?.conditions?.find(({ type }) => type === "Ready");
  return ready !== undefined && ready.status !== "True";
}
