import { isDnsSubdomain, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence } from "../../check.ts";
import { eventsOf } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isDefaultClass, type PendingClaim, pendingClaims } from "../../kube/storage/pending-claims.ts";

export const pvcStorageClassMissing = defineCheck({
  id: "pvc_storage_class_missing",
  title: "The StorageClass that a claim names does not exist",
  when: "a pending claim names a StorageClass that does not exist, and no PersistentVolume has that class either",
  severity: "high",
  level: "cause",
  reads: ["persistentVolumeClaims", "pods", "storageClasses", "persistentVolumes", "events"],
  supersedes: ["pod_unschedulable"],
  run: ({ objects, asOf }) =>
    pendingClaims(objects, asOf).flatMap((pending) => {
      const { claim, users, className } = pending;
      const proof = proofOf(pending, objects);
      if (!className || !proof) return [];
      const ref = refOf(claim);
      const classes = objects.storageClasses.all.map(({ metadata }) => metadata.name);
      const near =
        nearestName(className, classes) ?? objects.storageClasses.all.find(isDefaultClass)?.metadata.name;
      return [
        {
          object: ref,
          title: `The StorageClass that ${nameOf(ref)} names does not exist`,
          confidence: "certain" as const,
          evidence: [fieldEvidence(ref, "spec.storageClassName", className), proof] as const,
          affects: [ref, ...users.filter(({ status }) => status?.phase === "Pending").map(refOf)],
          remedies: [
            {
              step: near
                ? `Create ${nameOf(ref)} again with spec.storageClassName ${near}: the field cannot be changed.`
                : `Create ${nameOf(ref)} again with the name of a StorageClass that exists: the field cannot be changed.`,
            },
            ...(isDnsSubdomain(className) ? [{ step: `Or create StorageClass ${className}.` }] : []),
          ],
          details: {
            storage_class: className,
            ...(near && { nearest_class: near }),
            classes: classes.slice(0, 20),
          },
        },
      ];
    }),
});

function proofOf(
  { claim, className, storageClass }: PendingClaim,
  objects: Pick<Objects, "storageClasses" | "persistentVolumes" | "events">,
): Evidence | undefined {
  if (!className || storageClass) return undefined;
  if (objects.persistentVolumes.all.some(({ spec }) => spec?.storageClassName === className))
    return undefined;
  const event = eventsOf(claim, objects).find(
    ({ reason, message }) =>
      reason === "ProvisioningFailed" &&
      message?.includes(`storageclass.storage.k8s.io "${className}" not found`),
  );
  if (event) return eventEvidence(refOf(claim), event);
  if (!objects.storageClasses.knows("", className)) return undefined;
  return fieldEvidence({ kind: "StorageClass", namespace: "", name: className }, "metadata.name", undefined);
}
