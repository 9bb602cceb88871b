import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isFinished, isTerminating } from "../pods.ts";
import { secondsBetween } from "../time.ts";
import { claimKey, podsByClaim } from "./claims.ts";

type Claim = ObjectOf<"persistentVolumeClaims">;
type Pod = ObjectOf<"pods">;
type StorageClass = ObjectOf<"storageClasses">;

/** Binding and provisioning take this long on a healthy cluster. */
const PATIENCE_SECONDS = 30;

const DEFAULT_CLASS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

/** A claim that should be bound by now. */
export interface PendingClaim {
  readonly claim: Claim;
  /** Unfinished Pods that use it. */
  readonly users: readonly Pod[];
  /** `""`: no class, by intent. Undefined: none is set. */
  readonly className: string | undefined;
  readonly storageClass: StorageClass | undefined;
}

/** Claims that wait to be bound, without those that are new or that rightly wait for their first Pod. */
export function pendingClaims(
  objects: Pick<Objects, "persistentVolumeClaims" | "pods" | "storageClasses">,
  asOf: string,
): readonly PendingClaim[] {
  const pending = objects.persistentVolumeClaims.all.filter(
    (claim) => claim.status?.phase === "Pending" && !claim.metadata.deletionTimestamp,
  );
  if (pending.length === 0) return [];
  const byClaim = podsByClaim(objects);
  return pending.flatMap((claim) => {
    if ((secondsBetween(claim.metadata.creationTimestamp, asOf) ?? Infinity) < PATIENCE_SECONDS) return [];
    const users = (byClaim.get(claimKey(claim.metadata.namespace, claim.metadata.name)) ?? []).filter(
      (pod) => !isFinished(pod) && !isTerminating(pod),
    );
    const className = classNameOf(claim);
    const storageClass = className ? objects.storageClasses.get("", className) : undefined;
    if (storageClass?.volumeBindingMode === "WaitForFirstConsumer" && users.length === 0) return [];
    return [{ claim, users, className, storageClass }];
  });
}

/** Whether the scheduler has chosen a Node for a volume that waits for its first Pod, so that it is being provisioned. */
export function isAskedFor({ claim, storageClass }: PendingClaim): boolean {
  if (storageClass?.volumeBindingMode !== "WaitForFirstConsumer") return true;
  return claim.metadata.annotations?.["volume.kubernetes.io/selected-node"] !== undefined;
}

export function isDefaultClass({ metadata }: StorageClass): boolean {
  return DEFAULT_CLASS.some((annotation) => metadata.annotations?.[annotation] === "true");
}

/** Whether the claim's class leaves it unbound until a Pod uses it. */
export function waitsForFirstConsumer(claim: Claim, objects: Pick<Objects, "storageClasses">): boolean {
  const name = classNameOf(claim);
  const storageClass = name ? objects.storageClasses.get("", name) : undefined;
  return storageClass?.volumeBindingMode === "WaitForFirstConsumer";
}

/** `""`: no class, by intent. Undefined: none is set. */
export function classNameOf({ spec, metadata }: Claim): string | undefined {
  return metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec?.storageClassName;
}
