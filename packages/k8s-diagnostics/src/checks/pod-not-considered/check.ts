import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { controlPlaneComponent, isUnconsidered } from "../../kube/control-plane.ts";
import { eventsOf } from "../../kube/events.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { podsOf } from "../../kube/scheduling/placement-failures.ts";
import { secondsBetween } from "../../kube/time.ts";

type Pod = ObjectOf<"pods">;
type Input = Pick<Objects, "pods" | "events" | "replicaSets" | "jobs" | "leases">;

const PATIENCE_SECONDS = 60;
const DEFAULT = "default-scheduler";

export const podNotConsidered = defineCheck({
  id: "pod_not_considered",
  title: "No scheduler takes care of the Pod",
  when: "a Pod has waited for more than a minute and no scheduler has said anything about it",
  severity: "high",
  level: "cause",
  reads: ["pods", "events", "replicaSets", "jobs", "leases"],
  run: ({ objects, asOf }) => {
    const waiting = objects.pods.all.filter((pod) => isIgnored(pod, objects, asOf));
    if (waiting.length === 0) return [];
    const schedulers = new Set(
      objects.pods.all.filter(({ spec }) => spec?.nodeName).map(({ spec }) => spec?.schedulerName ?? DEFAULT),
    );
    return waiting.map((pod) => {
      const name = pod.spec?.schedulerName ?? DEFAULT;
      return name !== DEFAULT && !schedulers.has(name)
        ? unknownScheduler(pod, name, objects)
        : schedulerDown(pod, objects, asOf);
    });
  },
});

function isIgnored(pod: Pod, objects: Input, asOf: string): boolean {
  if (!isUnconsidered(pod) || isTerminating(pod)) return false;
  if ((secondsBetween(pod.metadata.creationTimestamp, asOf) ?? 0) < PATIENCE_SECONDS) return false;
  return eventsOf(pod, objects).length === 0;
}

function unknownScheduler(pod: Pod, name: string, objects: Input): Finding {
  const workload = workloadOf(pod, objects);
  const field = `${podSpecPath(workload.kind)}.schedulerName`;
  return {
    object: workload,
    title: `No scheduler of the name that ${nameOf(workload)} asks for takes care of its Pods`,
    confidence: "likely",
    evidence: [
      fieldEvidence(workload, field, name),
      fieldEvidence(refOf(pod), "status.conditions[PodScheduled]", undefined),
    ],
    affects: [refOf(pod)],
    remedies: [
      {
        step: `Remove ${field} of ${nameOf(workload)}, so that the default scheduler places ${podsOf(workload)}, or run the scheduler that is meant.`,
        ...(workload.kind !== "Pod" && { patch: podSpecPatch(workload.kind, { schedulerName: DEFAULT }) }),
      },
    ],
  };
}

function schedulerDown(pod: Pod, objects: Input, asOf: string): Finding {
  const scheduler = controlPlaneComponent("kube-scheduler", objects, asOf);
  return {
    object: scheduler.object ?? workloadOf(pod, objects),
    title: "The scheduler takes care of no new Pods",
    confidence: scheduler.isDown ? "likely" : "possible",
    evidence: [
      fieldEvidence(refOf(pod), "status.conditions[PodScheduled]", undefined),
      ...scheduler.evidence,
    ],
    affects: [refOf(pod)],
    ...(scheduler.pod && { because: [scheduler.pod] }),
    remedies: [
      {
        step: "Look at the state and the log of kube-scheduler, and start it again: kubectl get pods --namespace kube-system --selector component=kube-scheduler",
      },
    ],
  };
}
