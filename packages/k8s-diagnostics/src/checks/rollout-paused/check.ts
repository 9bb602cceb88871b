import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { currentReplicaSet, replicaSetsOf } from "../../kube/rollout.ts";
import { changedFields } from "../../kube/template-changes.ts";

export const rolloutPaused = defineCheck({
  id: "rollout_paused",
  title: "Rollout is paused",
  when: "a Deployment is paused; medium when its Pod template differs from what runs, so that a change waits",
  severity: "low",
  level: "cause",
  reads: ["deployments", "replicaSets"],
  run: ({ objects }) =>
    objects.deployments.all.flatMap((deployment) => {
      if (deployment.spec?.paused !== true || deployment.metadata.deletionTimestamp !== undefined) return [];
      const object = refOf(deployment);
      const [newest] = replicaSetsOf(deployment, objects);
      const waits = newest !== undefined && currentReplicaSet(deployment, objects) === undefined;
      const changed = waits ? changedFields(newest.spec?.template, deployment.spec.template) : [];
      return [
        {
          object,
          title: waits
            ? `${nameOf(object)} is paused while a change of its template waits`
            : `The rollout of ${nameOf(object)} is paused`,
          confidence: "certain" as const,
          severity: waits ? ("medium" as const) : ("low" as const),
          evidence: [
            fieldEvidence(object, "spec.paused", true),
            ...changed.map((path) =>
              fieldEvidence(object, `spec.template.${path}`, "differs from what runs"),
            ),
          ] as const,
          remedies: [
            {
              step: `Resume the rollout of ${nameOf(object)} when its change is wanted.`,
              patch: "spec:\n  paused: false\n",
              call: {
                tool: "remediate_rollout_resume",
                arguments: { namespace: object.namespace, kind: object.kind, name: object.name },
              },
            },
          ],
        },
      ];
    }),
});
