import { defineCheck } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isDefaultClass, pendingClaims } from "../../kube/storage/pending-claims.ts";

export const pvcWithoutStorageClass = defineCheck({
  id: "pvc_without_storage_class",
  title: "The claim names no StorageClass and the cluster has no default",
  when: "a pending claim has no storageClassName, no StorageClass is marked as the default, and no volume fits it",
  severity: "high",
  level: "cause",
  reads: ["persistentVolumeClaims", "pods", "storageClasses", "persistentVolumes", "events"],
  supersedes: ["pod_unschedulable"],
  run: ({ objects, asOf }) =>
    pendingClaims(objects, asOf).flatMap(({ claim, users, className }) => {
      if (
        className !== undefined ||
        !objects.storageClasses.knows("") ||
        objects.storageClasses.all.some(isDefaultClass)
      )
        return [];
      if (
        objects.persistentVolumes.all.some(
          ({ spec, status }) => !spec?.storageClassName && status?.phase === "Available",
        )
      )
        return [];
      const ref = refOf(claim);
      const event = latestEvent(claim, objects, "FailedBinding");
      const classes = objects.storageClasses.all.map(({ metadata }) => metadata.name);
      const [only] = classes;
      return [
        {
          object: ref,
          title: `${nameOf(ref)} names no StorageClass, and the cluster has no default one`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(ref, "spec.storageClassName", undefined),
            ...(event ? [eventEvidence(ref, event)] : []),
          ] as const,
          affects: [ref, ...users.filter(({ status }) => status?.phase === "Pending").map(refOf)],
          remedies: [
            only === undefined
              ? {
                  step: `Install a storage provisioner and a StorageClass for it, or create a PersistentVolume that fits ${nameOf(ref)}.`,
                }
              : {
                  step: `Mark a StorageClass as the default with the annotation storageclass.kubernetes.io/is-default-class, for instance StorageClass ${only}: the claim then gets it.`,
                  object: { kind: "StorageClass", namespace: "", name: only },
                  patch:
                    'metadata:\n  annotations:\n    storageclass.kubernetes.io/is-default-class: "true"\n',
                },
            { step: `Or create ${nameOf(ref)} again with spec.storageClassName.` },
          ],
          details: { classes: classes.slice(0, 20) },
        },
      ];
    }),
});
