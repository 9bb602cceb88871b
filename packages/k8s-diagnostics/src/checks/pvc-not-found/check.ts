import { isDnsSubdomain, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence } from "../../check.ts";
import { eventsOf } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { isTerminating, podCondition } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { parseSchedulerMessage } from "../../kube/scheduling/scheduler-message.ts";
import { claimRef, claimsOf, type PodClaim } from "../../kube/storage/claims.ts";

type Pod = ObjectOf<"pods">;

export const pvcNotFound = defineCheck({
  id: "pvc_not_found",
  title: "The PersistentVolumeClaim that a Pod names does not exist",
  when: "a Pod waits and one of its volumes names a PersistentVolumeClaim that does not exist in its namespace",
  severity: "high",
  level: "cause",
  reads: ["pods", "events", "replicaSets", "jobs", "persistentVolumeClaims"],
  supersedes: ["pod_unschedulable", "volume_mount_failed"],
  run: ({ objects }) =>
    objects.pods.all
      .filter((pod) => pod.status?.phase === "Pending" && !isTerminating(pod))
      .flatMap((pod) =>
        claimsOf(pod)
          .filter(({ ephemeral, name }) => !ephemeral && isDnsSubdomain(name))
          .flatMap((claim) => {
            const proof = proofOf(pod, claim, objects);
            if (!proof) return [];
            const workload = workloadOf(pod, objects);
            const { namespace } = pod.metadata;
            const field = `${podSpecPath(workload.kind)}.volumes[${claim.volume}].persistentVolumeClaim.claimName`;
            const near = nearestName(
              claim.name,
              objects.persistentVolumeClaims.in(namespace).map(({ metadata }) => metadata.name),
            );
            return [
              {
                object: workload,
                subject: claim.volume,
                title: `PersistentVolumeClaim ${claim.name} that ${nameOf(workload)} uses does not exist`,
                confidence: "certain" as const,
                evidence: [
                  fieldEvidence(workload, field, claim.name),
                  proof,
                  ...(near ? [fieldEvidence(claimRef(namespace, near), "metadata.name", near)] : []),
                ] as const,
                affects: [refOf(pod)],
                remedies: [
                  ...(near
                    ? [
                        {
                          step: `Set ${field} of ${nameOf(workload)} to ${near}, when that claim is meant.`,
                          patch: podSpecPatch(workload.kind, {
                            volumes: [{ name: claim.volume, persistentVolumeClaim: { claimName: near } }],
                          }),
                        },
                      ]
                    : []),
                  { step: `Create PersistentVolumeClaim ${claim.name} in namespace ${namespace}.` },
                ],
                ...(near !== undefined && { details: { nearest_claim: near } }),
              },
            ];
          }),
      ),
});

/** That the claim was looked for in vain, or that a component said so while the claim is not known to exist. */
function proofOf(
  pod: Pod,
  { name }: PodClaim,
  objects: Pick<Objects, "persistentVolumeClaims" | "events">,
): Evidence | undefined {
  const { namespace } = pod.metadata;
  if (objects.persistentVolumeClaims.get(namespace, name)) return undefined;
  const condition = podCondition(pod, "PodScheduled");
  const said = parseSchedulerMessage(condition?.message)?.clauses.some(
    ({ kind, subject }) => kind === "claim_not_found" && subject === name,
  );
  if (said) return fieldEvidence(refOf(pod), "status.conditions[PodScheduled].message", condition?.message);
  const event = eventsOf(pod, objects).find(({ message }) =>
    message?.includes(`persistentvolumeclaim "${name}" not found`),
  );
  if (event) return eventEvidence(refOf(pod), event);
  return objects.persistentVolumeClaims.knows(namespace, name)
    ? fieldEvidence(claimRef(namespace, name), "metadata.name", undefined)
    : undefined;
}
