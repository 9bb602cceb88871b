import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { type Event, eventsOf, lastSeen } from "../../kube/events.ts";
import { isFinished, podCondition } from "../../kube/pods.ts";
import { claimKey, claimsOf, podsByClaim } from "../../kube/storage/claims.ts";
import { waitsForVolumes } from "../../kube/storage/mount-failures.ts";
import { secondsBetween } from "../../kube/time.ts";

type Pod = ObjectOf<"pods">;
type Claim = ObjectOf<"persistentVolumeClaims">;
type Attachment = ObjectOf<"volumeAttachments">;
export type Input = Pick<Objects, "pods" | "events" | "persistentVolumeClaims" | "volumeAttachments">;

const MULTI_ATTACH = /\bMulti-Attach error for volume "([^"]{1,253})"/;
/** So long a volume may take to follow a Pod to another Node. */
const PATIENCE_SECONDS = 120;
const ONE_NODE = new Set(["ReadWriteOnce", "ReadWriteOncePod"]);

/** A Pod that waits for a volume which another Node has. */
export interface HeldVolume {
  readonly pod: Pod;
  /** Name of the PersistentVolume. */
  readonly volume: string;
  readonly claim: { readonly object: Claim; readonly podVolume: string } | undefined;
  /** The attach controller says so once only, and Kubernetes keeps events for an hour. */
  readonly event: Event | undefined;
  readonly attachment: Attachment | undefined;
  readonly holder: Pod | undefined;
}

/** By the attach controller's event, or by the VolumeAttachment of a claim that only one Node may use. */
export function heldVolumes(objects: Input, asOf: string): readonly HeldVolume[] {
  const waiting = objects.pods.all.filter(
    (pod) => claimsOf(pod).length > 0 && waitsForVolumes(pod) && waitsLong(pod, asOf),
  );
  if (waiting.length === 0) return [];
  const users = podsByClaim(objects);
  return waiting.flatMap((pod) => {
    const { event, volume } = refusalOf(pod, objects) ?? {};
    const claims = claimsOf(pod).flatMap(({ name, volume: podVolume }) => {
      const object = objects.persistentVolumeClaims.get(pod.metadata.namespace, name);
      return object ? [{ object, podVolume }] : [];
    });
    if (volume !== undefined) {
      const claim = claims.find(({ object }) => object.spec?.volumeName === volume);
      return [{ pod, volume, event, claim, ...holding(pod, volume, claim?.object, users, objects) }];
    }
    return claims.flatMap((claim): readonly HeldVolume[] => {
      const { accessModes = [], volumeName } = claim.object.spec ?? {};
      if (volumeName === undefined || !accessModes.every((mode) => ONE_NODE.has(mode))) return [];
      const { attachment, holder } = holding(pod, volumeName, claim.object, users, objects);
      if (!attachment || !holder || isAttachedTo(pod, volumeName, objects)) return [];
      return [{ pod, volume: volumeName, event: undefined, claim, attachment, holder }];
    });
  });
}

function waitsLong(pod: Pod, asOf: string): boolean {
  const since = podCondition(pod, "PodScheduled")?.lastTransitionTime ?? pod.metadata.creationTimestamp;
  return (secondsBetween(since, asOf) ?? Infinity) >= PATIENCE_SECONDS;
}

/** The refusal, unless the volume was attached after it. */
function refusalOf(pod: Pod, objects: Input) {
  const events = eventsOf(pod, objects);
  const event = events.find(({ message }) => MULTI_ATTACH.test(message ?? ""));
  const volume = MULTI_ATTACH.exec(event?.message ?? "")?.[1];
  if (!event || volume === undefined) return undefined;
  const attached = events.some(
    (later) =>
      later.reason === "SuccessfulAttachVolume" &&
      later.message?.includes(`"${volume}"`) &&
      lastSeen(later) > lastSeen(event),
  );
  return attached ? undefined : { event, volume };
}

function holding(
  pod: Pod,
  volume: string,
  claim: Claim | undefined,
  users: ReadonlyMap<string, readonly Pod[]>,
  objects: Input,
) {
  const own = pod.spec?.nodeName;
  const attachment = attachmentsOf(volume, objects).find(({ spec }) => spec?.nodeName !== own);
  const others = claim ? (users.get(claimKey(pod.metadata.namespace, claim.metadata.name)) ?? []) : [];
  const holder = others.find(
    (other) => other.spec?.nodeName && other.spec.nodeName !== own && !isFinished(other),
  );
  return { attachment, holder };
}

function isAttachedTo(pod: Pod, volume: string, objects: Input): boolean {
  return attachmentsOf(volume, objects).some(
    ({ spec, status }) => spec?.nodeName === pod.spec?.nodeName && status?.attached === true,
  );
}

function attachmentsOf(volume: string, { volumeAttachments }: Input): readonly Attachment[] {
  return volumeAttachments.all.filter(({ spec }) => spec?.source?.persistentVolumeName === volume);
}
