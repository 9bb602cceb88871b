import { type KubeObject, type Objects, type ResourceKey, resourceOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

const OWNERS = ["deployments", "replicaSets", "statefulSets", "daemonSets", "jobs", "cronJobs"] as const;
type OwnerKey = (typeof OWNERS)[number];
type Sources = Pick<Objects, OwnerKey | "pods">;

export const ownerMissing = defineCheck({
  id: "owner_missing",
  title: "The owner of an object is gone",
  when: "an owner reference of a Pod, ReplicaSet or Job names an object that does not exist, or one of the same name that was made later, so that nothing replaces it and the garbage collector will delete it",
  severity: "low",
  level: "cause",
  reads: [...OWNERS, "pods"],
  run: ({ objects }) =>
    [...objects.pods.all, ...objects.replicaSets.all, ...objects.jobs.all]
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap((object) => orphan(object, objects)),
});

function orphan(object: KubeObject, objects: Sources): readonly Finding[] {
  const { namespace, ownerReferences = [] } = object.metadata;
  const owner = ownerReferences.find(({ controller }) => controller);
  const resource = owner && resourceOf(owner.apiVersion, owner.kind);
  if (!owner || !isOwner(resource) || !objects[resource].knows(namespace, owner.name)) return [];
  // Where none of the kind was seen, a recording may have left the kind out.
  if (objects[resource].all.length === 0) return [];
  const found: KubeObject | undefined = objects[resource].get(namespace, owner.name);
  const isSame = found?.metadata.uid === undefined || !owner.uid || found.metadata.uid === owner.uid;
  if (found && isSame) return [];
  const ref = refOf(object);
  const ownerRef = { kind: owner.kind, namespace, name: owner.name };
  return [
    {
      object: ref,
      title: found
        ? `${nameOf(ref)} belongs to an earlier ${nameOf(ownerRef)}, which was deleted`
        : `${nameOf(ref)} belongs to ${nameOf(ownerRef)}, which does not exist`,
      confidence: "certain",
      evidence: [
        fieldEvidence(ref, "metadata.ownerReferences", owner),
        fieldEvidence(ownerRef, "metadata.uid", found?.metadata.uid),
      ],
      remedies: [
        {
          step: `Delete ${nameOf(ref)} when it is not needed; when the garbage collector does not do it, see whether kube-controller-manager runs and all APIServices answer.`,
        },
      ],
    },
  ];
}

function isOwner(resource: ResourceKey | undefined): resource is OwnerKey {
  return OWNERS.some((key) => key === resource);
}
