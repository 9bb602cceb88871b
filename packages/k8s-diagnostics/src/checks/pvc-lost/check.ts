import { defineCheck } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { podsByClaim, sufferersOf } from "../../kube/storage/claims.ts";

export const pvcLost = defineCheck({
  id: "pvc_lost",
  title: "The volume that a claim was bound to is gone",
  when: "a claim has the phase Lost",
  severity: "high",
  level: "cause",
  reads: ["persistentVolumeClaims", "pods", "events"],
  supersedes: ["pod_unschedulable", "volume_mount_failed"],
  run: ({ objects }) => {
    const lost = objects.persistentVolumeClaims.all.filter(({ status }) => status?.phase === "Lost");
    if (lost.length === 0) return [];
    const users = podsByClaim(objects);
    return lost.map((claim) => {
      const ref = refOf(claim);
      const event = latestEvent(claim, objects, "ClaimLost", "ClaimMisbound");
      return {
        object: ref,
        title: `The volume that ${nameOf(ref)} was bound to is gone`,
        confidence: "certain" as const,
        evidence: [
          fieldEvidence(ref, "status.phase", "Lost"),
          fieldEvidence(ref, "spec.volumeName", claim.spec?.volumeName),
          ...(event ? [eventEvidence(ref, event)] : []),
        ] as const,
        affects: sufferersOf(claim, users),
        remedies: [
          {
            step: `Create the PersistentVolume again under the name in spec.volumeName of ${nameOf(ref)}, when the storage behind it still exists.`,
          },
          { step: `Otherwise delete ${nameOf(ref)}, create it again and restore its data from a backup.` },
        ],
      };
    });
  },
});
