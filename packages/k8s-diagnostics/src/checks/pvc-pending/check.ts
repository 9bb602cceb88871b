import { defineCheck, type Evidence } from "../../check.ts";
import { eventsOf } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isAskedFor, type PendingClaim, pendingClaims } from "../../kube/storage/pending-claims.ts";

const REASONS = new Set([
  "ProvisioningFailed",
  "FailedBinding",
  "ExternalProvisioning",
  "VolumeMismatch",
  "WaitForPodScheduled",
]);

export const pvcPending = defineCheck({
  id: "pvc_pending",
  title: "PersistentVolumeClaim is not bound",
  when: "a claim has waited for more than half a minute; not one that waits for its first Pod as its class says",
  severity: "high",
  level: "symptom",
  reads: ["persistentVolumeClaims", "pods", "storageClasses", "events"],
  run: ({ objects, asOf }) =>
    pendingClaims(objects, asOf).map((pending) => {
      const { claim, users } = pending;
      const ref = refOf(claim);
      const event = eventsOf(claim, objects).find(({ reason }) => REASONS.has(reason ?? ""));
      const waitsForPod = !isAskedFor(pending) && users.length > 0;
      return {
        object: ref,
        title: `${nameOf(ref)} is not bound to a volume`,
        confidence: "certain" as const,
        ...severityOf(pending),
        evidence: [
          fieldEvidence(ref, "status.phase", "Pending"),
          ...(event ? [eventEvidence(ref, event)] : ([] as readonly Evidence[])),
        ] as const,
        affects: users.filter(({ status }) => status?.phase === "Pending").map(refOf),
        ...(waitsForPod && { because: users.map(refOf) }),
        details: {
          storage_class: pending.className ?? null,
          used_by: users.slice(0, 10).map(({ metadata }) => metadata.name),
        },
      };
    }),
});

function severityOf({ users }: PendingClaim) {
  return users.length === 0 ? { severity: "medium" as const } : {};
}
