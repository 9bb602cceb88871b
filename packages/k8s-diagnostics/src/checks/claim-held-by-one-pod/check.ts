import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isFinished } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { PLACEMENT_READS, placementFailures } from "../../kube/scheduling/placement-failures.ts";
import { claimKey, claimRef, claimsOf, podsByClaim } from "../../kube/storage/claims.ts";

const MODE = "ReadWriteOncePod";

export const claimHeldByOnePod = defineCheck({
  id: "claim_held_by_one_pod",
  title: "Only one Pod may use the claim, and another one does",
  when: "a Pod waits to be scheduled because another Pod uses a claim with the access mode ReadWriteOncePod",
  severity: "high",
  level: "cause",
  reads: PLACEMENT_READS,
  supersedes: ["pod_unschedulable"],
  run: ({ objects }) => {
    const waiting = placementFailures(objects).filter(({ message }) =>
      message?.clauses.some(({ kind }) => kind === "volume_in_use"),
    );
    if (waiting.length === 0) return [];
    const users = podsByClaim(objects);
    return waiting.flatMap(({ pod, ref, workload, evidence }) =>
      claimsOf(pod).flatMap(({ name, volume }) => {
        const { namespace } = pod.metadata;
        const claim = objects.persistentVolumeClaims.get(namespace, name);
        if (!claim?.spec?.accessModes?.includes(MODE)) return [];
        const holder = users
          .get(claimKey(namespace, name))
          ?.find((other) => other !== pod && other.spec?.nodeName && !isFinished(other));
        if (!holder) return [];
        return [
          {
            object: workload,
            subject: volume,
            title: `${nameOf(claimRef(namespace, name))} that ${nameOf(workload)} uses is for one Pod only, and ${nameOf(refOf(holder))} has it`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(claimRef(namespace, name), "spec.accessModes", claim.spec.accessModes.join(", ")),
              evidence,
              fieldEvidence(refOf(holder), "spec.nodeName", holder.spec?.nodeName),
            ] as const,
            affects: [ref],
            related: [claimRef(namespace, name), refOf(holder)],
            remedies: [
              ...(workload.kind === "Deployment"
                ? [
                    {
                      step: `Run one replica of ${nameOf(workload)}, with spec.strategy.type Recreate.`,
                      patch:
                        "spec:\n  replicas: 1\n  strategy:\n    type: Recreate\n    rollingUpdate: null\n",
                    },
                  ]
                : []),
              {
                step: `Stop ${nameOf(refOf(holder))}, when it is no longer needed.`,
                object: refOf(holder),
              },
            ],
          },
        ];
      }),
    );
  },
});
