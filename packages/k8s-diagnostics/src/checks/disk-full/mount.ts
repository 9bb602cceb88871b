import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import type { TroubledLog } from "../../kube/logs/failing-logs.ts";
import { RANK, rankOf } from "../../kube/logs/line-rank.ts";
import type { Place } from "../../kube/places.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { refOf } from "../../kube/refs.ts";

type Claim = ObjectOf<"persistentVolumeClaims">;
type VolumeMount = NonNullable<Place["spec"]["volumeMounts"]>[number];
type Input = Pick<Objects, "persistentVolumeClaims" | "events">;

/** The volume of a container that is full. */
export interface Mount {
  readonly evidence: Evidence;
  readonly claim?: ObjectRef;
  readonly memory: boolean;
  readonly volume: string;
  /** The limit of the emptyDir. */
  readonly size: string | undefined;
}

/**
 * The volume under whose path the file of the message lies; else of what the program says around it (Java names the
 * file in the line above); else the only one whose claim wants to become larger.
 */
export function fullMount({ place, recent, trouble }: TroubledLog, objects: Input): Mount | undefined {
  const [resizing, another] = (place.spec.volumeMounts ?? []).filter((mount) => {
    const claim = claimOf(place, mount);
    const object = claim && objects.persistentVolumeClaims.get(claim.namespace, claim.name);
    return object !== undefined && wantsMore(object);
  });
  const mount =
    [trouble.text, ...trouble.block, ...recent.filter((line) => rankOf(line) > RANK.none)]
      .map((line) => mountIn(place, line))
      .find((found) => found !== undefined) ?? (another ? undefined : resizing);
  return mount && describe(place, mount);
}

/** The longest path wins. */
function mountIn({ spec }: Place, line: string): VolumeMount | undefined {
  return (spec.volumeMounts ?? [])
    .filter(
      ({ mountPath, readOnly }) => readOnly !== true && mountPath.length > 1 && line.includes(mountPath),
    )
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
}

function describe(place: Place, mount: VolumeMount): Mount {
  const volume = place.pod.spec?.volumes?.find(({ name }) => name === mount.name);
  const claim = claimOf(place, mount);
  return {
    evidence: fieldEvidence(place.workload, `${place.field}.volumeMounts`, mount),
    memory: volume?.emptyDir?.medium === "Memory",
    volume: mount.name,
    size: volume?.emptyDir?.sizeLimit,
    ...(claim && { claim }),
  };
}

function claimOf({ pod, podRef }: Place, mount: VolumeMount): ObjectRef | undefined {
  const volume = pod.spec?.volumes?.find(({ name }) => name === mount.name);
  const name = volume?.persistentVolumeClaim?.claimName;
  return name === undefined
    ? undefined
    : { kind: "PersistentVolumeClaim", namespace: podRef.namespace, name };
}

function wantsMore({ spec, status }: Claim): boolean {
  const has = parseQuantity(status?.capacity?.storage);
  const wants = parseQuantity(spec?.resources?.requests?.storage);
  return has !== undefined && wants !== undefined && wants > has;
}

/** That the claim was asked to become larger, and what was last said of that; empty when it was not. */
export function unfinishedResize(claim: Claim, objects: Input): readonly Evidence[] {
  if (!wantsMore(claim)) return [];
  const object = refOf(claim);
  const event = latestEvent(claim, objects, "VolumeResizeFailed", "FileSystemResizeFailed");
  return [
    fieldEvidence(object, "spec.resources.requests.storage", claim.spec?.resources?.requests?.storage),
    ...(event ? [eventEvidence(object, event)] : []),
  ];
}
