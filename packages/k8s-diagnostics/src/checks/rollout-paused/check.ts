import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isHealthyPod, podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { currentReplicaSet, replicaSetsOf } from "../../kube/rollout.ts";
import { changedFields } from "../../kube/template-changes.ts";
import { mayMendContainer, TEMPLATE_FAILURES } from "../../kube/template-failures.ts";

export const rolloutPaused = defineCheck({
  id: "rollout_paused",
  title: "Rollout is paused",
  when: "a Deployment is paused; medium when its Pod template differs from what runs, so that a change waits; high when what runs fails and the change may be its repair",
  severity: "low",
  level: "cause",
  reads: ["deployments", "replicaSets", "pods"],
  supersedes: TEMPLATE_FAILURES,
  supersedesMoreSpecific: true,
  run: ({ objects }) =>
    objects.deployments.all.flatMap((deployment) => {
      if (deployment.spec?.paused !== true || deployment.metadata.deletionTimestamp !== undefined) return [];
      const object = refOf(deployment);
      const [newest] = replicaSetsOf(deployment, objects);
      const waits = newest !== undefined && currentReplicaSet(deployment, objects) === undefined;
      const changed = waits ? changedFields(newest.spec?.template, deployment.spec.template) : [];
      const failing =
        waits && changed.some((path) => mayMendContainer(path)) ? failingPods(newest, objects) : [];
      return [
        {
          object,
          title: titleOf(nameOf(object), waits, failing.length > 0),
          confidence: failing.length > 0 ? ("likely" as const) : ("certain" as const),
          severity: failing.length > 0 ? ("high" as const) : waits ? ("medium" as const) : ("low" as const),
          affects: failing,
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
                arguments: { namespace: object.namespace, kind: "Deployment", name: object.name },
              },
            },
          ],
        },
      ];
    }),
});

function titleOf(name: string, waits: boolean, fails: boolean): string {
  if (fails) return `${name} is paused, and a change of its template waits while what runs fails`;
  return waits
    ? `${name} is paused while a change of its template waits`
    : `The rollout of ${name} is paused`;
}

function failingPods(set: ObjectOf<"replicaSets">, objects: Pick<Objects, "pods">): readonly ObjectRef[] {
  return podsControlledBy(refOf(set), objects)
    .filter((pod) => !isHealthyPod(pod))
    .map(refOf);
}
