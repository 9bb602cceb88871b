import { defineCheck } from "../../check.ts";
import { CREATE_READS, createFailures } from "../../kube/admission/create-failures.ts";
import { nameOf } from "../../kube/refs.ts";

export const replicasNotCreated = defineCheck({
  id: "replicas_not_created",
  title: "The API server refuses the workload's Pods",
  when: "a controller lacks Pods because creating them fails, and no more specific reason is known",
  severity: "high",
  level: "cause",
  reads: CREATE_READS,
  run: ({ objects }) =>
    createFailures(objects).map(({ owner, workload, missing, evidence }) => ({
      object: workload,
      title: `The API server refuses to create Pods of ${nameOf(workload)}`,
      confidence: "likely" as const,
      evidence: [evidence] as const,
      affects: [owner],
      remedies: [
        {
          step: `Change the Pod template of ${nameOf(workload)}, or the rule that refuses it, as the message says.`,
        },
      ],
      details: { missing_pods: missing },
    })),
});
