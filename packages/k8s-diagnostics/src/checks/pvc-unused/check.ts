import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { claimKey, claimsOf } from "../../kube/storage/claims.ts";
import { secondsBetween } from "../../kube/time.ts";

const WEEK_SECONDS = 7 * 24 * 3600;
const USERS = [
  "pods",
  "deployments",
  "statefulSets",
  "daemonSets",
  "replicaSets",
  "jobs",
  "cronJobs",
] as const;

type PodSpec = ObjectOf<"pods">["spec"];

export const pvcUnused = defineCheck({
  id: "pvc_unused",
  title: "Nothing uses a claim",
  when: "a bound claim is older than a week, belongs to no other object, and no Pod and no workload's template names it",
  severity: "low",
  level: "symptom",
  reads: ["persistentVolumeClaims", ...USERS],
  run: ({ objects, asOf }) => {
    const old = objects.persistentVolumeClaims.all.filter(
      ({ metadata, status }) =>
        status?.phase === "Bound" &&
        metadata.deletionTimestamp === undefined &&
        (metadata.ownerReferences ?? []).length === 0 &&
        (secondsBetween(metadata.creationTimestamp, asOf) ?? 0) > WEEK_SECONDS &&
        USERS.every((resource) => objects[resource].knows(metadata.namespace)),
    );
    if (old.length === 0) return [];
    const used = usedClaims(objects);
    return old
      .filter(
        ({ metadata: { namespace, name } }) =>
          !used.has(claimKey(namespace, name)) && !used.has(claimKey(namespace, name.replace(/-\d+$/, "-"))),
      )
      .map((claim) => {
        const object = refOf(claim);
        return {
          object,
          title: `Nothing uses ${nameOf(object)}`,
          confidence: "likely" as const,
          evidence: [
            fieldEvidence(object, "metadata.creationTimestamp", claim.metadata.creationTimestamp),
            fieldEvidence(object, "status.capacity.storage", claim.status?.capacity?.storage),
          ] as const,
          remedies: [{ step: `Delete ${nameOf(object)} when its data is no longer needed.` }],
        };
      });
  },
});

/** Keys of the claims that Pods and templates name; with an ordinal left off, those of StatefulSets. */
function usedClaims(objects: Pick<Objects, (typeof USERS)[number]>): ReadonlySet<string> {
  const keys = new Set<string>();
  const add = (namespace: string, spec: PodSpec) => {
    for (const { persistentVolumeClaim } of spec?.volumes ?? []) {
      if (persistentVolumeClaim) keys.add(claimKey(namespace, persistentVolumeClaim.claimName));
    }
  };
  for (const pod of objects.pods.all) {
    for (const { name } of claimsOf(pod)) keys.add(claimKey(pod.metadata.namespace, name));
  }
  for (const set of objects.statefulSets.all) {
    for (const { metadata } of set.spec?.volumeClaimTemplates ?? []) {
      keys.add(claimKey(set.metadata.namespace, `${metadata?.name ?? ""}-${set.metadata.name}-`));
    }
  }
  for (const { metadata, spec } of [
    ...objects.deployments.all,
    ...objects.statefulSets.all,
    ...objects.daemonSets.all,
    ...objects.replicaSets.all,
    ...objects.jobs.all,
  ]) {
    add(metadata.namespace, spec?.template?.spec);
  }
  for (const { metadata, spec } of objects.cronJobs.all) {
    add(metadata.namespace, spec?.jobTemplate?.spec?.template?.spec);
  }
  return keys;
}
