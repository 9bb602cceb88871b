import { defineCheck } from "../../check.ts";
import { CREATE_READS, createFailures } from "../../kube/admission/create-failures.ts";
import { workloadOf } from "../../kube/owners.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";

export const replicasNotCreated = defineCheck({
  id: "replicas_not_created",
  title: "The API server refuses the workload's Pods",
  when: "a controller lacks Pods because creating them fails, and no more specific reason is known",
  severity: "high",
  level: "cause",
  reads: [...CREATE_READS, "pods"],
  run: ({ objects }) => {
    const failures = createFailures(objects);
    if (failures.length === 0) return [];
    const pods = Map.groupBy(objects.pods.all, (pod) => refKey(workloadOf(pod, objects)));
    return failures.map(({ owner, workload, missing, evidence }) => ({
      object: workload,
      title: `The API server refuses to create Pods of ${nameOf(workload)}`,
      confidence: "likely" as const,
      evidence: [evidence] as const,
      affects: [owner],
      // They are well, and carry the load alone or are what a rollout cannot replace.
      related: (pods.get(refKey(workload)) ?? []).map(refOf),
      remedies: [
        {
          step: `Change the Pod template of ${nameOf(workload)}, or the rule that refuses it, as the message says.`,
        },
      ],
      details: { missing_pods: missing },
    }));
  },
});
