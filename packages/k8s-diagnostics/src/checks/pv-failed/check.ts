import { defineCheck } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { claimRef } from "../../kube/storage/claims.ts";

export const pvFailed = defineCheck({
  id: "pv_failed",
  title: "The storage of a released volume cannot be reclaimed",
  when: "a PersistentVolume has the phase Failed: its claim is gone, and deleting or recycling the storage failed",
  severity: "medium",
  level: "cause",
  reads: ["persistentVolumes", "events"],
  run: ({ objects }) =>
    objects.persistentVolumes.all
      .filter(({ status }) => status?.phase === "Failed")
      .map((volume) => {
        const object = refOf(volume);
        const event = latestEvent(volume, objects, "VolumeFailedDelete", "VolumeFailedRecycle");
        const owner = volume.spec?.claimRef;
        const policy = volume.spec?.persistentVolumeReclaimPolicy;
        const message = volume.status?.message ?? "";
        const attached = /is still attached to node|currently attached|VolumeInUse/i.test(message);
        return {
          object,
          title: `The storage of ${nameOf(object)} cannot be reclaimed`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "status.phase", "Failed"),
            fieldEvidence(object, "status.message", message),
            fieldEvidence(object, "spec.persistentVolumeReclaimPolicy", policy),
            ...(event ? [eventEvidence(object, event)] : []),
          ] as const,
          ...(owner?.name !== undefined && {
            related: [claimRef(owner.namespace ?? "", owner.name)],
          }),
          remedies: [
            attached
              ? {
                  step: `Let the Node release the disk of ${nameOf(object)}: delete the VolumeAttachment that names it when its Node is gone for good.`,
                }
              : {
                  step: `Mend what the message says: the storage driver could not delete the disk of ${nameOf(object)}.`,
                },
            {
              step: `Or keep the disk, and then delete ${nameOf(object)} by hand: with Retain nothing tries to delete the disk any more.`,
              patch: "spec:\n  persistentVolumeReclaimPolicy: Retain\n",
            },
          ],
        };
      }),
});
