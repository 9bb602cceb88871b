import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isFinished } from "../kube/pods.ts";
import { claimsOf } from "../kube/storage/claims.ts";
import { classNameOf, waitsForFirstConsumer } from "../kube/storage/pending-claims.ts";
import type { Serving } from "./state.ts";
import type { TargetStatus } from "./workloads.ts";

const MAX_USERS = 20;

/** A claim that rightly waits for its first Pod serves as well as it should. */
export function claimStatus(claim: ObjectOf<"persistentVolumeClaims">, objects: Objects): TargetStatus {
  const { namespace, name } = claim.metadata;
  const phase = claim.status?.phase;
  const users = objects.pods
    .in(namespace)
    .filter((pod) => !isFinished(pod) && claimsOf(pod).some((used) => used.name === name));
  const waits = phase === "Pending" && users.length === 0 && waitsForFirstConsumer(claim, objects);
  const capacity = claim.status?.capacity?.storage;
  const requested = claim.spec?.resources?.requests?.storage;
  const storageClass = classNameOf(claim);
  return {
    serving: phase === undefined ? "unknown" : phase === "Bound" || waits ? "all" : "none",
    fields: {
      status: {
        phase: phase ?? "Unknown",
        ...(requested !== undefined && { requested }),
        ...(capacity !== undefined && { capacity }),
        ...(claim.spec?.volumeName && { volume: claim.spec.volumeName }),
        ...(storageClass && { storage_class: storageClass }),
        used_by: users.slice(0, MAX_USERS).map(({ metadata }) => metadata.name),
      },
    },
  };
}

const VOLUME_SERVING: Readonly<Record<string, Serving>> = {
  Available: "all",
  Bound: "all",
  Released: "none",
  Failed: "none",
  Pending: "none",
};

export function volumeStatus({ spec, status }: ObjectOf<"persistentVolumes">): TargetStatus {
  const phase = status?.phase;
  const { claimRef } = spec ?? {};
  return {
    serving: VOLUME_SERVING[phase ?? ""] ?? "unknown",
    fields: {
      status: {
        phase: phase ?? "Unknown",
        ...(spec?.capacity?.storage !== undefined && { capacity: spec.capacity.storage }),
        ...(spec?.storageClassName && { storage_class: spec.storageClassName }),
        ...(claimRef?.name !== undefined && {
          claim: `${claimRef.namespace ?? ""}/${claimRef.name}`,
        }),
        ...(spec?.persistentVolumeReclaimPolicy && { reclaim_policy: spec.persistentVolumeReclaimPolicy }),
      },
    },
  };
}
