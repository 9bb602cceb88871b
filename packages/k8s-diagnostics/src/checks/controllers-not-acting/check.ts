import { defineCheck } from "../../check.ts";
import { lastWrite } from "../../kube/changes.ts";
import { componentState, isUnobserved } from "../../kube/control-plane.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { refOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

const PATIENCE_SECONDS = 60;

export const controllersNotActing = defineCheck({
  id: "controllers_not_acting",
  title: "kube-controller-manager does not act on changes",
  when: "a workload was changed more than a minute ago and its controller has not observed it, while the lease of kube-controller-manager is not renewed or its Pod is not ready",
  severity: "high",
  level: "cause",
  reads: ["deployments", "statefulSets", "daemonSets", "pods", "leases"],
  supersedes: ["rollout_stalled"],
  run: ({ objects, asOf }) => {
    const ignored = [
      ...objects.deployments.all,
      ...objects.statefulSets.all,
      ...objects.daemonSets.all,
    ].filter(
      (workload) =>
        isUnobserved(workload) &&
        (secondsBetween(lastWrite(workload)?.at, asOf) ?? Infinity) > PATIENCE_SECONDS,
    );
    const [first] = ignored;
    if (!first) return [];
    const { object, down, evidence, pod } = componentState("kube-controller-manager", objects, asOf);
    if (!object || !down) return [];
    return [
      {
        object,
        title: "kube-controller-manager does not act: changes of workloads have no effect",
        confidence: "likely" as const,
        evidence: [
          fieldEvidence(refOf(first), "metadata.generation", first.metadata.generation),
          fieldEvidence(refOf(first), "status.observedGeneration", first.status?.observedGeneration),
          ...evidence,
        ] as const,
        affects: ignored.map(refOf),
        ...(pod && { because: [pod] }),
        remedies: [{ step: "Look at the state and the log of kube-controller-manager, and start it again." }],
      },
    ];
  },
});
