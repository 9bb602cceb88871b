import { isDnsSubdomain, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { CREATE_READS, type CreateFailure, createFailures } from "../../kube/admission/create-failures.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isFinished, podCondition } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { parseSchedulerMessage } from "../../kube/scheduling/scheduler-message.ts";
import { claimKey, podsByClaim } from "../../kube/storage/claims.ts";
import { secondsBetween } from "../../kube/time.ts";

type Pod = ObjectOf<"pods">;

const PATIENCE_SECONDS = 120;
const PROTECTION = "kubernetes.io/pvc-protection";

export const pvcStuckTerminating = defineCheck({
  id: "pvc_stuck_terminating",
  title: "A deleted claim does not go away",
  when: "a claim was deleted more than two minutes ago and a finalizer holds it: mostly because a Pod still uses it",
  severity: "medium",
  level: "cause",
  reads: ["persistentVolumeClaims", "pods", ...CREATE_READS],
  supersedes: ["pod_unschedulable", "replicas_not_created"],
  run: ({ objects, asOf }) => {
    const held = objects.persistentVolumeClaims.all.filter(
      ({ metadata }) =>
        (metadata.finalizers ?? []).length > 0 &&
        (secondsBetween(metadata.deletionTimestamp, asOf) ?? 0) > PATIENCE_SECONDS,
    );
    if (held.length === 0) return [];
    const users = podsByClaim(objects);
    const refused = createFailures(objects);
    return held.flatMap((claim) => findingOf(claim, users, refusedFor(claim, refused), objects));
  },
});

/**
 * The controllers that make no Pod before the claim is gone.
 * Source: k8s.io/kubernetes pkg/controller/statefulset/stateful_pod_control.go
 */
function refusedFor(
  { metadata }: ObjectOf<"persistentVolumeClaims">,
  failures: readonly CreateFailure[],
): readonly CreateFailure[] {
  return failures.filter(
    ({ owner, message }) =>
      owner.namespace === metadata.namespace &&
      / pvc (\S{1,253}) is being deleted/.exec(` ${message}`)?.[1] === metadata.name,
  );
}

function findingOf(
  claim: ObjectOf<"persistentVolumeClaims">,
  byClaim: ReadonlyMap<string, readonly Pod[]>,
  refused: readonly CreateFailure[],
  objects: Pick<Objects, "pods">,
): readonly Finding[] {
  const object = refOf(claim);
  const users = (byClaim.get(claimKey(object.namespace, object.name)) ?? []).filter(
    (pod) => !isFinished(pod),
  );
  const finalizers = claim.metadata.finalizers ?? [];
  const others = finalizers.filter((finalizer) => finalizer !== PROTECTION);
  const [user] = users.filter(({ spec }) => spec?.nodeName);
  // Without the Pods, nothing tells whether the protection is due.
  if (!user && others.length === 0 && !objects.pods.knows(object.namespace)) return [];
  const waiting = users.filter((pod) => waitsFor(object.name, pod));
  return [
    {
      object,
      title: user
        ? `${nameOf(object)} was deleted and cannot go away while ${nameOf(refOf(user))} uses it`
        : `${nameOf(object)} was deleted and a finalizer holds it`,
      confidence: "certain",
      ...(waiting.length + refused.length > 0 && { severity: "high" as const }),
      evidence: [
        fieldEvidence(object, "metadata.deletionTimestamp", claim.metadata.deletionTimestamp),
        fieldEvidence(object, "metadata.finalizers", finalizers.join(", ")),
        ...(user ? [fieldEvidence(refOf(user), "spec.volumes", `claim ${object.name}`)] : []),
        ...refused.slice(0, 1).map(({ evidence }) => evidence),
      ],
      affects: [...waiting.map(refOf), ...refused.map(({ owner }) => owner)],
      related: users.slice(0, 10).map(refOf),
      remedies: user
        ? [
            {
              step: `Stop ${nameOf(refOf(user))}, or what controls it: the claim then goes, with its data where the volume's reclaim policy is Delete.`,
              object: refOf(user),
            },
            {
              step: `To keep the data, set spec.persistentVolumeReclaimPolicy of the volume to Retain before that: a deletion cannot be taken back.`,
              ...(isDnsSubdomain(claim.spec?.volumeName ?? "") && {
                object: { kind: "PersistentVolume", namespace: "", name: claim.spec?.volumeName ?? "" },
                patch: "spec:\n  persistentVolumeReclaimPolicy: Retain\n",
              }),
            },
          ]
        : [
            {
              step: `Find out why the controller that owns the finalizer in metadata.finalizers of ${nameOf(object)} does not finish its work; remove it by hand only when that controller is gone for good.`,
            },
          ],
    },
  ];
}

function waitsFor(claim: string, pod: Pod): boolean {
  const condition = podCondition(pod, "PodScheduled");
  if (pod.spec?.nodeName || condition?.status !== "False") return false;
  return (
    parseSchedulerMessage(condition.message)?.clauses.some(
      ({ kind, subject }) => kind === "claim_deleting" && subject === claim,
    ) ?? false
  );
}
