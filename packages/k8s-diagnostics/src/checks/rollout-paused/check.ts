import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isHealthyPod, podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { currentReplicaSet, replicaSetsOf } from "../../kube/rollout.ts";
import { changedFields } from "../../kube/template-changes.ts";

/** A change of these can mend a container that does not run or is not ready. */
const PROGRAM =
  /^spec\.(?:volumes|imagePullSecrets|serviceAccountName|(?:initC|c)ontainers\[[^\]]*\]\.(?:image|command|args|env|envFrom|resources|volumeMounts|securityContext|ports|\w+Probe)\b)/;

export const rolloutPaused = defineCheck({
  id: "rollout_paused",
  title: "Rollout is paused",
  when: "a Deployment is paused; medium when its Pod template differs from what runs, so that a change waits; high when what runs fails and the change may be its repair",
  severity: "low",
  level: "cause",
  reads: ["deployments", "replicaSets", "pods"],
  supersedes: [
    "container_exits_with_error",
    "container_completes",
    "container_out_of_memory",
    "container_command_not_found",
    "container_create_failed",
    "image_not_found",
    "image_pull_failed",
    "image_pull_unauthorized",
    "readiness_probe_failing",
    "startup_probe_failing",
    "killed_by_liveness_probe",
    "probe_wrong_port",
    "probe_protocol_mismatch",
    "missing_environment_variable",
    "config_map_missing",
    "secret_missing",
    "config_key_missing",
  ],
  run: ({ objects }) =>
    objects.deployments.all.flatMap((deployment) => {
      if (deployment.spec?.paused !== true || deployment.metadata.deletionTimestamp !== undefined) return [];
      const object = refOf(deployment);
      const [newest] = replicaSetsOf(deployment, objects);
      const waits = newest !== undefined && currentReplicaSet(deployment, objects) === undefined;
      const changed = waits ? changedFields(newest.spec?.template, deployment.spec.template) : [];
      const failing = waits && changed.some((path) => PROGRAM.test(path)) ? failingPods(newest, objects) : [];
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
