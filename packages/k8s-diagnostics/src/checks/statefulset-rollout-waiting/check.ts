import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const statefulsetRolloutWaiting = defineCheck({
  id: "statefulset_rollout_waiting",
  title: "Update of a StatefulSet waits for a person",
  when: "Pods of a StatefulSet keep the old template because of the strategy OnDelete or a partition",
  severity: "low",
  level: "cause",
  reads: ["statefulSets"],
  run: ({ objects }) =>
    objects.statefulSets.all.flatMap((set) => {
      const { status, spec } = set;
      const strategy = spec?.updateStrategy;
      const partition = strategy?.rollingUpdate?.partition ?? 0;
      const onDelete = strategy?.type === "OnDelete";
      const outdated = (spec?.replicas ?? 1) - (status?.updatedReplicas ?? 0);
      if (status?.updateRevision === undefined || status.updateRevision === status.currentRevision) return [];
      if (outdated <= 0 || (!onDelete && partition === 0)) return [];
      const object = refOf(set);
      return [
        {
          object,
          title: `Pods of ${nameOf(object)} keep the old template until ${onDelete ? "they are deleted" : "the partition is lowered"}`,
          confidence: "certain" as const,
          evidence: [
            onDelete
              ? fieldEvidence(object, "spec.updateStrategy.type", strategy.type)
              : fieldEvidence(object, "spec.updateStrategy.rollingUpdate.partition", partition),
            fieldEvidence(object, "status.updatedReplicas", status.updatedReplicas ?? 0),
          ] as const,
          remedies: [
            onDelete
              ? {
                  step: `Delete the Pods of ${nameOf(object)} one by one when the update is wanted, or let the controller do that: spec.updateStrategy.type RollingUpdate.`,
                  patch: "spec:\n  updateStrategy:\n    type: RollingUpdate\n",
                }
              : {
                  step: `Lower spec.updateStrategy.rollingUpdate.partition of ${nameOf(object)} to 0 when the update is wanted.`,
                  patch: "spec:\n  updateStrategy:\n    rollingUpdate:\n      partition: 0\n",
                },
          ],
        },
      ];
    }),
});
