import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

type Pod = ObjectOf<"pods">;

/** deletionTimestamp is when the grace period ends; what comes after it takes seconds on a healthy Node. */
const PATIENCE_SECONDS = 120;

export const podStuckTerminating = defineCheck({
  id: "pod_stuck_terminating",
  title: "Pod does not go away",
  when: "a deleted Pod still exists two minutes after its grace period has ended",
  severity: "medium",
  level: "cause",
  reads: ["pods", "nodes", "events"],
  run: ({ objects, asOf }) =>
    objects.pods.all.flatMap((pod) => {
      const late = secondsBetween(pod.metadata.deletionTimestamp, asOf);
      if (late === undefined || late < PATIENCE_SECONDS) return [];
      return [findingOf(pod, objects, Math.round(late))];
    }),
});

function findingOf(pod: Pod, objects: Pick<Objects, "nodes" | "events">, late: number): Finding {
  const deleted = fieldEvidence(refOf(pod), "metadata.deletionTimestamp", pod.metadata.deletionTimestamp);
  const common = { object: refOf(pod), affects: [refOf(pod)], details: { seconds_overdue: late } };
  const finalizers = pod.metadata.finalizers ?? [];
  if (finalizers.length > 0) {
    return {
      ...common,
      title: `A finalizer keeps ${nameOf(refOf(pod))} from going away`,
      confidence: "certain",
      evidence: [fieldEvidence(refOf(pod), "metadata.finalizers", finalizers.join(", ")), deleted],
      remedies: [
        {
          step: `Find out why the controller that owns the finalizer in metadata.finalizers of ${nameOf(refOf(pod))} does not finish its work, and start it again.`,
        },
        {
          step: `Remove the finalizer from ${nameOf(refOf(pod))} by hand only when that controller is gone for good.`,
          patch: "metadata:\n  finalizers: null\n",
        },
      ],
    };
  }
  const node = unreachableNode(pod, objects);
  if (node) {
    return {
      ...common,
      title: `${nameOf(refOf(pod))} cannot go away because its Node does not answer`,
      confidence: "certain",
      evidence: [node.evidence, deleted],
      because: [node.ref],
      remedies: [
        {
          step: `Bring Node ${node.ref.name} back, or delete the Node object when the machine is gone for good.`,
          object: node.ref,
        },
      ],
    };
  }
  const event = latestEvent(
    pod,
    objects,
    "FailedKillPod",
    "FailedPreStopHook",
    "FailedUnmount",
    "KillPodFailed",
  );
  return {
    ...common,
    title: `${nameOf(refOf(pod))} does not go away`,
    confidence: "possible",
    evidence: [deleted, ...(event ? [eventEvidence(refOf(pod), event)] : [])],
    remedies: [
      {
        step: `Look at the kubelet's log on the Node of ${nameOf(refOf(pod))}: a container that cannot be stopped or a volume that cannot be unmounted.`,
      },
    ],
  };
}

function unreachableNode(pod: Pod, objects: Pick<Objects, "nodes">) {
  const name = pod.spec?.nodeName;
  if (!name) return undefined;
  const ref = { kind: "Node", namespace: "", name };
  const node = objects.nodes.get("", name);
  const ready = node?.status?.conditions?.find(({ type }) => type === "Ready");
  if (node && ready && ready.status !== "True") {
    const evidence: Evidence = fieldEvidence(ref, "status.conditions[Ready].status", ready.status);
    return { ref, evidence };
  }
  return !node && objects.nodes.knows("", name)
    ? { ref, evidence: fieldEvidence(ref, "metadata.name", undefined) }
    : undefined;
}
