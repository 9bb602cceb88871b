import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { refOf } from "../../kube/refs.ts";
import { isDefaultClass } from "../../kube/storage/pending-claims.ts";

const FIELD = "metadata.annotations[storageclass.kubernetes.io/is-default-class]";

export const severalDefaultStorageClasses = defineCheck({
  id: "several_default_storage_classes",
  title: "Several StorageClasses are marked as the default",
  when: "more than one StorageClass is marked as the default; claims without a class get the newest one",
  severity: "low",
  level: "symptom",
  reads: ["storageClasses"],
  run: ({ objects }) => {
    const [newest, ...others] = objects.storageClasses.all
      .filter(isDefaultClass)
      .toSorted((a, b) =>
        (a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? 1 : -1,
      );
    if (!newest || others.length === 0) return [];
    return [
      {
        object: refOf(newest),
        title: `Claims without a class get StorageClass ${newest.metadata.name}, the newest of ${others.length + 1} that are marked as the default`,
        confidence: "certain" as const,
        evidence: [
          fieldEvidence(refOf(newest), FIELD, "true"),
          ...others.map((other) => fieldEvidence(refOf(other), FIELD, "true")),
        ] as const,
        related: others.map(refOf),
        remedies: others.slice(0, 3).map((other) => ({
          step: `Take the mark from StorageClass ${other.metadata.name}, when ${newest.metadata.name} is meant.`,
          object: refOf(other),
          patch: 'metadata:\n  annotations:\n    storageclass.kubernetes.io/is-default-class: "false"\n',
        })),
      },
    ];
  },
});
