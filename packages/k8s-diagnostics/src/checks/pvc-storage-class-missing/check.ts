import { isDnsLabel, isDnsSubdomain, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { eventsOf } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { type ClaimOrigin, claimOrigins } from "../../kube/storage/claims.ts";
import { isDefaultClass, type PendingClaim, pendingClaims } from "../../kube/storage/pending-claims.ts";

/** More are not told in a sentence. */
const MANY_CLASSES = 5;

export const pvcStorageClassMissing = defineCheck({
  id: "pvc_storage_class_missing",
  title: "The StorageClass that a claim names does not exist",
  when: "a pending claim, or the volumeClaimTemplate of a StatefulSet that made it, names a StorageClass that does not exist, and no PersistentVolume has that class either",
  severity: "high",
  level: "cause",
  reads: ["persistentVolumeClaims", "pods", "statefulSets", "storageClasses", "persistentVolumes", "events"],
  supersedes: ["pod_unschedulable"],
  run: ({ objects, asOf }) => {
    const originOf = claimOrigins(objects);
    const faults = pendingClaims(objects, asOf).flatMap((pending): readonly Fault[] => {
      const { claim, className } = pending;
      const proof = proofOf(pending, objects);
      if (!className || !proof) return [];
      const origin = originOf(refOf(claim));
      const isOfTemplate = origin?.template.spec?.storageClassName === className;
      return [{ pending, className, proof, origin: isOfTemplate ? origin : undefined }];
    });
    const own = faults.filter(({ origin }) => !origin).map((fault) => findingOf(fault, objects));
    const byOrigin = Map.groupBy(faults, ({ origin }) => origin);
    return [
      ...own,
      ...[...byOrigin].flatMap(([origin, all]) => (origin ? ofTemplate(origin, all, objects) : [])),
    ];
  },
});

interface Fault {
  readonly pending: PendingClaim;
  readonly className: string;
  readonly proof: Evidence;
  /** Where the claim has the class from, when its StatefulSet still says so. */
  readonly origin: ClaimOrigin | undefined;
}

type Classes = Pick<Objects, "storageClasses">;

function findingOf({ pending: { claim, users }, className, proof }: Fault, objects: Classes): Finding {
  const ref = refOf(claim);
  return {
    object: ref,
    title: `The StorageClass that ${nameOf(ref)} names does not exist`,
    confidence: "certain",
    evidence: [fieldEvidence(ref, "spec.storageClassName", className), proof],
    affects: [ref, ...waiting(users)],
    remedies: [
      {
        step: `Create ${nameOf(ref)} again with spec.storageClassName ${wordsFor(className, objects)}: the field cannot be changed.`,
      },
      ...creation(className),
    ],
    details: detailsOf(className, objects),
  };
}

/** The claims of one template are one fault, of the StatefulSet that would make them again as they are. */
function ofTemplate(origin: ClaimOrigin, faults: readonly Fault[], objects: Classes): readonly Finding[] {
  const [first] = faults;
  if (!first || !isDnsLabel(origin.name)) return faults.map((fault) => findingOf(fault, objects));
  const { className, proof } = first;
  const set = refOf(origin.set);
  const field = `spec.volumeClaimTemplates[${origin.name}].spec.storageClassName`;
  const claims = faults.map(({ pending }) => refOf(pending.claim));
  const pods = faults.flatMap(({ pending }) => waiting(pending.users));
  const toDelete = [...claims.slice(0, 5), ...pods.slice(0, 5)].map(nameOf);
  return [
    {
      object: set,
      subject: origin.name,
      title: `The StorageClass that volumeClaimTemplate ${origin.name} of ${nameOf(set)} names does not exist`,
      confidence: "certain",
      evidence: [
        fieldEvidence(set, field, className),
        fieldEvidence(refOf(first.pending.claim), "spec.storageClassName", className),
        proof,
      ],
      affects: [...claims, ...pods],
      remedies: [
        {
          step: `Create ${nameOf(set)} again with ${field} ${wordsFor(className, objects)}, since volumeClaimTemplates cannot be changed: save it, delete it with kubectl delete statefulset ${set.name} --namespace ${set.namespace} --cascade=orphan, and apply it with the class corrected. Then delete what waits and is made anew: ${toDelete.join(", ")}.`,
        },
        ...creation(className),
      ],
      details: detailsOf(className, objects),
    },
  ];
}

function waiting(users: PendingClaim["users"]): readonly ObjectRef[] {
  return users.filter(({ status }) => status?.phase === "Pending").map(refOf);
}

function classesOf({ storageClasses }: Classes): readonly string[] {
  return storageClasses.all.map(({ metadata }) => metadata.name);
}

function nearOf(className: string, objects: Classes): string | undefined {
  const { storageClasses } = objects;
  return nearestName(className, classesOf(objects)) ?? storageClasses.all.find(isDefaultClass)?.metadata.name;
}

/** The class that may be meant, or all there are when they are few. */
function wordsFor(className: string, objects: Classes): string {
  const near = nearOf(className, objects);
  const names = classesOf(objects).filter((name) => name !== near && isDnsSubdomain(name));
  const areFew = names.length > 0 && names.length <= MANY_CLASSES;
  if (near) return `${near}${areFew ? ` (or ${names.join(", ")})` : ""}`;
  return areFew ? names.join(" or ") : "naming a StorageClass that exists";
}

function creation(className: string): readonly Remedy[] {
  return isDnsSubdomain(className) ? [{ step: `Or create StorageClass ${className}.` }] : [];
}

function detailsOf(className: string, objects: Classes) {
  const near = nearOf(className, objects);
  return {
    storage_class: className,
    ...(near && { nearest_class: near }),
    classes: classesOf(objects).slice(0, 20),
  };
}

function proofOf(
  { claim, className, storageClass }: PendingClaim,
  objects: Pick<Objects, "storageClasses" | "persistentVolumes" | "events">,
): Evidence | undefined {
  if (!className || storageClass) return undefined;
  if (objects.persistentVolumes.all.some(({ spec }) => spec?.storageClassName === className))
    return undefined;
  const event = eventsOf(claim, objects).find(
    ({ reason, message }) =>
      reason === "ProvisioningFailed" &&
      message?.includes(`storageclass.storage.k8s.io "${className}" not found`),
  );
  if (event) return eventEvidence(refOf(claim), event);
  if (!objects.storageClasses.knows("", className)) return undefined;
  return fieldEvidence({ kind: "StorageClass", namespace: "", name: className }, "metadata.name", undefined);
}
