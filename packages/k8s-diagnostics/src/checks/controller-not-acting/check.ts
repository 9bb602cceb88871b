import { defineCheck } from "../../check.ts";
import { controlPlaneComponent, neglectedWorkloads } from "../../kube/control-plane.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const controllerNotActing = defineCheck({
  id: "controller_not_acting",
  title: "No controller takes care of the workload",
  when: "a workload was made or changed more than a minute ago and its status, its ReplicaSets and its Pods show that kube-controller-manager has not taken note, or its status lags behind its Pods; high when the component is seen not to work",
  severity: "high",
  level: "cause",
  supersedes: ["rollout_stalled"],
  reads: ["deployments", "statefulSets", "daemonSets", "replicaSets", "pods", "leases"],
  run: ({ objects, asOf }) => {
    const neglected = neglectedWorkloads(objects, asOf);
    if (neglected.length === 0) return [];
    const manager = controlPlaneComponent("kube-controller-manager", objects, asOf);
    if (manager.isAtWork) return [];
    return neglected.map(({ workload, evidence }) => {
      const suffering = refOf(workload);
      const object = manager.isDown && manager.object ? manager.object : suffering;
      return {
        object,
        title: manager.isDown
          ? "kube-controller-manager does not work: changes of workloads have no effect"
          : `No controller has taken note of the newest change of ${nameOf(suffering)}`,
        confidence: manager.isDown ? ("likely" as const) : ("possible" as const),
        severity: manager.isDown ? ("high" as const) : ("medium" as const),
        evidence: [...evidence, ...manager.evidence] as const,
        affects: [suffering],
        ...(manager.isDown && manager.pod && { because: [manager.pod] }),
        remedies: [
          {
            step: "Look at the state and the log of kube-controller-manager, and start it again: kubectl get pods --namespace kube-system --selector component=kube-controller-manager",
          },
        ],
      };
    });
  },
});
