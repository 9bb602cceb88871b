import { defineCheck, type Finding } from "../../check.ts";
import { type Event, eventsOf, lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { type PendingClaim, pendingClaims } from "../../kube/storage/pending-claims.ts";
import { secondsBetween } from "../../kube/time.ts";
import { reasonFor } from "./reasons.ts";

/** Provisioners try again within a few minutes. */
const RECENT_SECONDS = 1800;
/** Other checks know these better. */
const CLASS_MISSING = /storageclass\.storage\.k8s\.io "|no volume plugin matched/;

export const pvcProvisioningFailed = defineCheck({
  id: "pvc_provisioning_failed",
  title: "The storage driver refuses to make the volume",
  when: "a claim waits and the newest word of its provisioner is ProvisioningFailed",
  severity: "high",
  level: "cause",
  reads: ["persistentVolumeClaims", "pods", "storageClasses", "events"],
  supersedes: ["pod_unschedulable", "provisioner_missing"],
  run: ({ objects, asOf }) =>
    pendingClaims(objects, asOf).flatMap((pending): readonly Finding[] => {
      const event = eventsOf(pending.claim, objects).find(
        ({ reason }) => reason === "ProvisioningFailed" || reason === "ProvisioningSucceeded",
      );
      if (event?.reason !== "ProvisioningFailed" || CLASS_MISSING.test(event.message ?? "")) return [];
      if ((secondsBetween(lastSeen(event), asOf) ?? Infinity) > RECENT_SECONDS) return [];
      return [findingOf(pending, event)];
    }),
});

function findingOf({ claim, users, storageClass }: PendingClaim, event: Event): Finding {
  const ref = refOf(claim);
  const storage = storageClass && refOf(storageClass);
  const { tail, step, on } = reasonFor(event.message ?? "");
  const object = on === "class" && storage ? storage : ref;
  const field =
    on === "class" && storageClass
      ? fieldEvidence(refOf(storageClass), "provisioner", storageClass.provisioner)
      : fieldEvidence(ref, "spec.accessModes", claim.spec?.accessModes?.join(", "));
  return {
    object,
    title: `The storage driver cannot make a volume for ${nameOf(ref)}${tail}`,
    confidence: "likely",
    evidence: [eventEvidence(ref, event), field],
    affects: [ref, ...users.filter(({ status }) => status?.phase === "Pending").map(refOf)],
    remedies: [{ step: step(nameOf(ref), storage ? nameOf(storage) : "the StorageClass") }],
  };
}
