import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { claimKey } from "../../kube/storage/claims.ts";
import { unmetTerms } from "../../kube/storage/match.ts";
import { type PendingClaim, pendingClaims } from "../../kube/storage/pending-claims.ts";

const NO_PROVISIONER = "kubernetes.io/no-provisioner";

export const pvReservedForOldClaim = defineCheck({
  id: "pv_reserved_for_old_claim",
  title: "The volume still belongs to a claim that was deleted and created again",
  when: "a pending claim fits a Released PersistentVolume whose claimRef names it, with the UID of its predecessor",
  severity: "high",
  level: "cause",
  reads: ["persistentVolumes", "persistentVolumeClaims", "pods", "storageClasses"],
  supersedes: ["pvc_no_matching_volume", "pod_unschedulable"],
  run: ({ objects, asOf }) => {
    const released = Map.groupBy(
      objects.persistentVolumes.all.filter(({ status }) => status?.phase === "Released"),
      ({ spec }) => claimKey(spec?.claimRef?.namespace ?? "", spec?.claimRef?.name ?? ""),
    );
    if (released.size === 0) return [];
    return pendingClaims(objects, asOf).flatMap((pending) => {
      const { metadata } = pending.claim;
      const volume = released
        .get(claimKey(metadata.namespace, metadata.name))
        ?.find((candidate) => isWantedBack(candidate, pending));
      return volume ? [findingOf(volume, pending)] : [];
    });
  },
});

/** All but the old claim's UID fits, and nothing else will make a volume for the claim. */
function isWantedBack(
  volume: ObjectOf<"persistentVolumes">,
  { claim, className, storageClass }: PendingClaim,
): boolean {
  const { claimRef } = volume.spec ?? {};
  if (claimRef?.uid === undefined || claimRef.uid === claim.metadata.uid) return false;
  const isProvisioned = storageClass !== undefined && storageClass.provisioner !== NO_PROVISIONER;
  if (isProvisioned && claim.spec?.volumeName !== volume.metadata.name) return false;
  return unmetTerms(claim, className ?? "", volume).every(({ term }) => term === "claimRef");
}

function findingOf(volume: ObjectOf<"persistentVolumes">, { claim, users }: PendingClaim) {
  const object = refOf(volume);
  const { claimRef, persistentVolumeReclaimPolicy } = volume.spec ?? {};
  return {
    object,
    title: `${nameOf(object)} still belongs to the deleted predecessor of ${nameOf(refOf(claim))}`,
    confidence: "certain" as const,
    evidence: [
      fieldEvidence(object, "status.phase", "Released"),
      fieldEvidence(object, "spec.claimRef.uid", claimRef?.uid),
      fieldEvidence(refOf(claim), "metadata.uid", claim.metadata.uid),
      fieldEvidence(object, "spec.persistentVolumeReclaimPolicy", persistentVolumeReclaimPolicy),
    ] as const,
    affects: [refOf(claim), ...users.filter(({ status }) => status?.phase === "Pending").map(refOf)],
    remedies: [
      {
        step: `Remove uid and resourceVersion from spec.claimRef of ${nameOf(object)}, when the new claim may have the old data: the two are then bound.`,
        patch: "spec:\n  claimRef:\n    uid: null\n    resourceVersion: null\n",
      },
      { step: `Or create another PersistentVolume for ${nameOf(refOf(claim))}, when it should begin empty.` },
    ],
  };
}
