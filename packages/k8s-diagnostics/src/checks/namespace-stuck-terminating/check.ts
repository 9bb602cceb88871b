import type { KubeObject, ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { GRACE_SECONDS } from "../../kube/starting.ts";
import { secondsBetween } from "../../kube/time.ts";

const SEARCHED = ["pods", "persistentVolumeClaims", "configMaps", "services", "ingresses", "jobs"] as const;

/** From the most to the least telling. */
const CONDITIONS = [
  "NamespaceDeletionDiscoveryFailure",
  "NamespaceDeletionGroupVersionParsingFailure",
  "NamespaceDeletionContentFailure",
  "NamespaceFinalizersRemaining",
  "NamespaceContentRemaining",
];

export const namespaceStuckTerminating = defineCheck({
  id: "namespace_stuck_terminating",
  title: "Namespace cannot be deleted",
  when: "a namespace has been Terminating for more than a minute and a condition says what holds it",
  severity: "high",
  level: "symptom",
  reads: ["namespaces", ...SEARCHED],
  run: ({ objects, asOf }) =>
    objects.namespaces.all.flatMap((namespace) => {
      const waited = secondsBetween(namespace.metadata.deletionTimestamp, asOf);
      if (waited === undefined || waited < GRACE_SECONDS) return [];
      const held = conditionsOf(namespace);
      const [main] = held;
      const object = refOf(namespace);
      const holders = heldObjects(object.name, objects);
      return [
        {
          object,
          title: `${nameOf(object)} cannot be deleted: ${describe(main?.type)}`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "metadata.deletionTimestamp", namespace.metadata.deletionTimestamp),
            ...held.map((condition) =>
              fieldEvidence(object, `status.conditions[${condition.type}]`, condition),
            ),
            ...holders.map((holder) =>
              fieldEvidence(refOf(holder), "metadata.finalizers", holder.metadata.finalizers),
            ),
          ] as const,
          related: holders.map(refOf),
          remedies: [{ step: remedy(main?.type, holders.map(refOf)) }],
          details: { reason: main?.reason ?? "", message: main?.message ?? "" },
        },
      ];
    }),
});

function conditionsOf({ status }: ObjectOf<"namespaces">) {
  return CONDITIONS.flatMap(
    (type) => status?.conditions?.find((each) => each.type === type && each.status === "True") ?? [],
  );
}

/** Objects that are being deleted and that a finalizer holds, among the kinds that were read. */
function heldObjects(
  namespace: string,
  objects: Pick<Objects, (typeof SEARCHED)[number]>,
): readonly KubeObject[] {
  return SEARCHED.flatMap((key): readonly KubeObject[] => objects[key].in(namespace))
    .filter(
      ({ metadata }) => metadata.deletionTimestamp !== undefined && (metadata.finalizers?.length ?? 0) > 0,
    )
    .slice(0, 10);
}

function describe(type: string | undefined): string {
  switch (type) {
    case "NamespaceDeletionDiscoveryFailure":
    case "NamespaceDeletionGroupVersionParsingFailure":
      return "an API group does not answer, so its objects cannot be listed";
    case "NamespaceDeletionContentFailure":
      return "some of its content cannot be deleted";
    case "NamespaceFinalizersRemaining":
      return "finalizers hold objects in it";
    case "NamespaceContentRemaining":
      return "objects remain in it";
    default:
      return "nothing tells what holds it";
  }
}

function remedy(type: string | undefined, holders: readonly ObjectRef[]): string {
  if (type === "NamespaceDeletionDiscoveryFailure") {
    return "Repair or delete the APIService that does not answer: an unavailable API group blocks the deletion of every namespace.";
  }
  const [holder] = holders;
  if (holder) {
    return `Let the controller that owns the finalizers of ${nameOf(holder)} finish; remove them from the object only when that controller is gone for good.`;
  }
  return "Find the objects that remain (the condition names their kinds and finalizers) and the controllers that should release them.";
}
