import { isDnsLabel, type ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { containersOf, type PodContainer } from "../../kube/containers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { plainCopy } from "../../kube/field-patch.ts";
import { controllerOf, podSpecPath, workloadOf } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

/** So long a container may go on after the others have ended well. */
const PATIENCE_SECONDS = 300;

/** Containers that usually accompany another one. */
const COMPANION = /(?:^|-)(?:proxy|sidecar|agent|envoy|linkerd|istio|exporter|fluent-?bit|fluentd)(?:-|$)/;

export const jobSidecarKeepsRunning = defineCheck({
  id: "job_sidecar_keeps_running",
  title: "Container keeps the Pod of a Job from ending",
  when: "in a Pod of a Job some containers ended well more than five minutes ago while others run on",
  severity: "medium",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs"],
  run: ({ objects, asOf }) =>
    objects.pods.all.flatMap((pod) => {
      const owner = controllerOf(pod);
      if (owner?.kind !== "Job" || pod.status?.phase !== "Running" || isTerminating(pod)) return [];
      const { ended, running } = parts(pod, asOf);
      if (ended.length === 0) return [];
      const workload = workloadOf(pod, objects);
      return running.map((container) => {
        const base = podSpecPath(workload.kind);
        return {
          object: workload,
          subject: container.name,
          title: `Container ${container.name} keeps the Pods of ${nameOf(workload)} running after the work is done`,
          confidence: COMPANION.test(container.name) ? ("likely" as const) : ("possible" as const),
          evidence: [
            fieldEvidence(refOf(pod), `${container.statusPath}.state`, container.status?.state),
            ...ended.map((done) => fieldEvidence(refOf(pod), `${done.statusPath}.state`, done.status?.state)),
          ] as const,
          affects: [refOf(pod), owner],
          remedies: [
            {
              step: `Move container ${container.name} of ${nameOf(workload)} to ${base}.initContainers with restartPolicy Always: as a sidecar it ends with the others${workload.kind === "Job" ? "; the template of a Job cannot be changed, so create it anew" : ""}.`,
              ...(workload.kind === "CronJob" && asSidecar(container)),
            },
          ],
        };
      });
    }),
});

function parts(pod: ObjectOf<"pods">, asOf: string) {
  const containers = containersOf(pod).filter(({ role, name }) => role === "container" && isDnsLabel(name));
  const ended = containers.filter((container) => endedWell(container, asOf));
  const running = containers.filter(({ status }) => status?.state?.running !== undefined);
  return { ended: ended.length + running.length === containers.length ? ended : [], running };
}

function endedWell({ status }: PodContainer, asOf: string): boolean {
  const terminated = status?.state?.terminated;
  if (terminated?.exitCode !== 0) return false;
  return (secondsBetween(terminated.finishedAt, asOf) ?? Infinity) > PATIENCE_SECONDS;
}

/** The container among the init containers, without what admission mounts into it. */
function asSidecar({ name, spec }: PodContainer): { readonly patch?: string } {
  const volumeMounts = (spec.volumeMounts ?? []).filter(
    ({ mountPath }) => mountPath !== "/var/run/secrets/kubernetes.io/serviceaccount",
  );
  const copy = plainCopy({ ...spec, volumeMounts });
  // A literal value may be a secret, and is not repeated.
  if (spec.env?.some(({ value }) => value !== undefined)) return {};
  if (typeof copy !== "object" || copy === null || Array.isArray(copy)) return {};
  return {
    patch: podSpecPatch("CronJob", {
      containers: [{ name, $patch: "delete" }],
      initContainers: [{ ...copy, name, restartPolicy: "Always" }],
    }),
  };
}
