import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { plainCopy } from "../../kube/field-patch.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { claimKey } from "../../kube/storage/claims.ts";
import { type Unmet, unmetTerms } from "../../kube/storage/match.ts";
import { isDefaultClass, type PendingClaim, pendingClaims } from "../../kube/storage/pending-claims.ts";

type Volume = ObjectOf<"persistentVolumes">;

const NO_PROVISIONER = "kubernetes.io/no-provisioner";

export const pvcNoMatchingVolume = defineCheck({
  id: "pvc_no_matching_volume",
  title: "No PersistentVolume fits the claim",
  when: "a pending claim can be bound to an existing volume only, as its class has no provisioner, and no volume fits",
  severity: "high",
  level: "cause",
  reads: ["persistentVolumeClaims", "pods", "storageClasses", "persistentVolumes", "events"],
  supersedes: ["pod_unschedulable"],
  run: ({ objects, asOf }) => {
    if (!objects.persistentVolumes.knows("")) return [];
    const nearest = nearestVolumes(objects.persistentVolumes.all);
    return pendingClaims(objects, asOf)
      .filter((pending) => needsExistingVolume(pending, objects))
      .flatMap((pending): readonly Finding[] => {
        const best = nearest(pending);
        return best?.unmet.length === 0 ? [] : [findingOf(pending, best, objects)];
      });
  },
});

interface Candidate {
  readonly volume: Volume;
  readonly unmet: readonly Unmet[];
}

/**
 * Finds the volume that comes nearest to a claim. Claims that ask for the same are compared with all volumes once; only
 * those that are reserved for a claim by name are looked at for each.
 */
function nearestVolumes(volumes: readonly Volume[]): (pending: PendingClaim) => Candidate | undefined {
  const reserved = Map.groupBy(volumes, ({ spec }) =>
    claimKey(spec?.claimRef?.namespace ?? "", spec?.claimRef?.name ?? ""),
  );
  const remembered = new Map<string, Volume | undefined>();
  return ({ claim, className = "" }) => {
    const { namespace, name } = claim.metadata;
    const key = JSON.stringify([className, claim.spec]);
    const anybody = { ...claim, metadata: { ...claim.metadata, name: "", uid: "" } };
    const common = remembered.has(key)
      ? remembered.get(key)
      : nearestOf(volumes.map((volume) => ({ volume, unmet: unmetTerms(anybody, className, volume) })))
          ?.volume;
    remembered.set(key, common);
    const close = [...(common ? [common] : []), ...(reserved.get(claimKey(namespace, name)) ?? [])];
    return nearestOf(close.map((volume) => ({ volume, unmet: unmetTerms(claim, className, volume) })));
  };
}

function nearestOf(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.toSorted((a, b) => a.unmet.length - b.unmet.length || rank(a.unmet) - rank(b.unmet))[0];
}

/** A volume that another claim holds is the least useful one to name. */
function rank(unmet: readonly Unmet[]): number {
  return unmet.some(({ term }) => term === "claimRef") ? 1 : 0;
}

function needsExistingVolume(
  { className, storageClass }: PendingClaim,
  objects: Pick<Objects, "storageClasses" | "persistentVolumes">,
): boolean {
  if (storageClass) return storageClass.provisioner === NO_PROVISIONER;
  if (!objects.storageClasses.knows("")) return className === "";
  if (className === undefined) {
    const free = objects.persistentVolumes.all.some(
      ({ spec, status }) => !spec?.storageClassName && status?.phase === "Available",
    );
    return free && !objects.storageClasses.all.some(isDefaultClass);
  }
  return (
    className === "" || objects.persistentVolumes.all.some(({ spec }) => spec?.storageClassName === className)
  );
}

function findingOf(
  { claim, users, className }: PendingClaim,
  best: Candidate | undefined,
  objects: Pick<Objects, "events">,
): Finding {
  const ref = refOf(claim);
  const event = latestEvent(claim, objects, "FailedBinding", "ProvisioningFailed", "VolumeMismatch");
  const terms = (best?.unmet ?? []).flatMap(({ field, value, claimField, wanted }) => [
    fieldEvidence(ref, claimField, wanted),
    ...(best ? [fieldEvidence(refOf(best.volume), field, value)] : []),
  ]);
  const [first = fieldEvidence(ref, "spec.storageClassName", className), ...rest] = terms;
  return {
    object: ref,
    title: `No PersistentVolume fits ${nameOf(ref)}`,
    confidence: "certain",
    evidence: [first, ...rest, ...(event ? [eventEvidence(ref, event)] : [])],
    affects: [ref, ...users.filter(({ status }) => status?.phase === "Pending").map(refOf)],
    ...(best && { related: [refOf(best.volume)] }),
    remedies: best
      ? remediesFor(best.volume, best.unmet, claim)
      : [
          {
            step: `Create a PersistentVolume that fits ${nameOf(ref)}, or name a StorageClass that provisions one.`,
          },
        ],
    details: {
      ...(best && { nearest_volume: best.volume.metadata.name, unmet: best.unmet.map(({ term }) => term) }),
    },
  };
}

const STEPS: Readonly<Record<Unmet["term"], (volume: string, claim: string) => string>> = {
  claimRef: (volume, claim) =>
    `${volume} is reserved for another claim: create another PersistentVolume for ${claim}.`,
  phase: (volume) =>
    `Make ${volume} available again: remove its spec.claimRef when its old data may be given to the new claim.`,
  class: (volume, claim) =>
    `Create ${claim} again with the class of ${volume}, or give the volume the claim's class.`,
  size: (volume, claim) =>
    `Create ${claim} again with a smaller request than ${volume} has, or add a larger volume.`,
  accessModes: (volume, claim) =>
    `Create ${claim} again with access modes that ${volume} has, or add them to the volume.`,
  volumeMode: (volume, claim) => `Create ${claim} again with the volumeMode of ${volume}.`,
  selector: (volume, claim) => `Label ${volume} as the selector of ${claim} asks.`,
  name: (volume, claim) =>
    `Create the PersistentVolume that spec.volumeName of ${claim} names, or remove the field in favour of ${volume}.`,
};

/** What can be changed on the volume: a claim's own fields are fixed. */
function patchOf(term: Unmet["term"], volume: Volume, { spec }: ObjectOf<"persistentVolumeClaims">) {
  const object = refOf(volume);
  if (term === "phase") return { object, patch: toYaml({ spec: { claimRef: null } }) };
  if (term === "accessModes") {
    const modes = plainCopy([
      ...new Set([...(volume.spec?.accessModes ?? []), ...(spec?.accessModes ?? [])]),
    ]);
    return modes === undefined ? {} : { object, patch: toYaml({ spec: { accessModes: modes } }) };
  }
  const labels = Object.entries(spec?.selector?.matchLabels ?? {});
  if (term !== "selector" || labels.length === 0 || spec?.selector?.matchExpressions?.length) return {};
  if (!labels.every(([key, value]) => isQualifiedName(key) && isLabelValue(value))) return {};
  return { object, patch: toYaml({ metadata: { labels: Object.fromEntries(labels) } }) };
}

function remediesFor(
  volume: Volume,
  unmet: readonly Unmet[],
  claim: ObjectOf<"persistentVolumeClaims">,
): readonly Remedy[] {
  const name = nameOf(refOf(claim));
  return unmet
    .slice(0, 3)
    .map(({ term }) => ({ step: STEPS[term](nameOf(refOf(volume)), name), ...patchOf(term, volume, claim) }));
}
