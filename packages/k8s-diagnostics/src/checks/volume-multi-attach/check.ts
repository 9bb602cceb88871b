import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { type Event, eventsOf } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { workloadOf } from "../../kube/owners.ts";
import { isFinished } from "../../kube/pods.ts";
import { nameOf, refOf, sameRef } from "../../kube/refs.ts";
import { claimKey, claimsOf, podsByClaim } from "../../kube/storage/claims.ts";
import { mountFailures } from "../../kube/storage/mount-failures.ts";

type Pod = ObjectOf<"pods">;
type Input = Pick<
  Objects,
  "pods" | "replicaSets" | "jobs" | "persistentVolumeClaims" | "volumeAttachments" | "nodes"
>;

const MULTI_ATTACH = /\bMulti-Attach error for volume "([^"]{1,253})"/;

export const volumeMultiAttach = defineCheck({
  id: "volume_multi_attach",
  title: "The volume is still attached to another Node",
  when: "a Pod waits for a volume that only one Node may use and that is attached to another one",
  severity: "high",
  level: "cause",
  reads: ["pods", "events", "replicaSets", "jobs", "persistentVolumeClaims", "volumeAttachments", "nodes"],
  supersedes: ["volume_mount_failed"],
  run: ({ objects, asOf }) => {
    const failures = mountFailures(objects, asOf).flatMap(({ pod }) => {
      const event = eventsOf(pod, objects).find(({ message }) => MULTI_ATTACH.test(message ?? ""));
      return event ? [{ pod, event, volume: MULTI_ATTACH.exec(event.message ?? "")?.[1] ?? "" }] : [];
    });
    if (failures.length === 0) return [];
    const users = podsByClaim(objects);
    return failures.map(({ pod, event, volume }) => findingOf(pod, event, volume, users, objects));
  },
});

function findingOf(
  pod: Pod,
  event: Event,
  volume: string,
  users: ReadonlyMap<string, readonly Pod[]>,
  objects: Input,
): Finding {
  const workload = workloadOf(pod, objects);
  const claim = claimsOf(pod).find(
    ({ name }) =>
      objects.persistentVolumeClaims.get(pod.metadata.namespace, name)?.spec?.volumeName === volume,
  );
  const holder = claim && holderOf(pod, users.get(claimKey(pod.metadata.namespace, claim.name)) ?? []);
  const attachment = objects.volumeAttachments.all.find(
    ({ spec }) => spec?.source?.persistentVolumeName === volume && spec.nodeName !== pod.spec?.nodeName,
  );
  const nodeName = attachment?.spec?.nodeName ?? holder?.spec?.nodeName;
  const node: ObjectRef | undefined = nodeName ? { kind: "Node", namespace: "", name: nodeName } : undefined;
  const own = holder !== undefined && sameRef(workloadOf(holder, objects), workload);
  return {
    object: workload,
    ...(claim && { subject: claim.volume }),
    title: `A volume of ${nameOf(workload)} is still attached to another Node`,
    confidence: node ? "certain" : "likely",
    evidence: [
      eventEvidence(refOf(pod), event),
      ...(attachment ? [fieldEvidence(refOf(attachment), "spec.nodeName", attachment.spec?.nodeName)] : []),
      ...(holder ? [fieldEvidence(refOf(holder), "spec.nodeName", holder.spec?.nodeName)] : []),
    ],
    affects: [refOf(pod)],
    ...(holder && { related: [refOf(holder)] }),
    ...(node && isDown(node, objects) && { because: [node] }),
    remedies: [
      ...(own && workload.kind === "Deployment"
        ? [
            {
              step: `Set spec.strategy.type of ${nameOf(workload)} to Recreate, so that the old Pod lets go of the volume before the new one starts.`,
              patch: "spec:\n  strategy:\n    type: Recreate\n    rollingUpdate: null\n",
            },
          ]
        : []),
      holder
        ? {
            step: `Stop ${nameOf(refOf(holder))}, which holds the volume, when it is no longer needed.`,
            object: refOf(holder),
          }
        : {
            step: node
              ? `Find out why the volume is not detached from Node ${node.name}.`
              : "Find the Pod that holds the volume, and stop it.",
          },
      {
        step: `Or use for ${nameOf(workload)} a StorageClass whose volumes several Nodes can share: spec.accessModes ReadWriteMany.`,
      },
    ],
    details: { volume, ...(node && { attached_to: node.name }) },
  };
}

function holderOf(pod: Pod, users: readonly Pod[]): Pod | undefined {
  return users.find(
    (other) =>
      other !== pod &&
      !isFinished(other) &&
      other.spec?.nodeName !== pod.spec?.nodeName &&
      other.spec?.nodeName,
  );
}

function isDown({ name }: ObjectRef, objects: Pick<Objects, "nodes">): boolean {
  const ready = objects.nodes.get("", name)?.status?.conditions?.find(({ type }) => type === "Ready");
  return ready !== undefined && ready.status !== "True";
}
