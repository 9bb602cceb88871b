import type { KubeObject, ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { remainingFinalizers, remainingResources } from "../../kube/admission/namespace-deletion.ts";
import { WEBHOOK_READS } from "../../kube/admission/webhooks.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { GRACE_SECONDS } from "../../kube/starting.ts";
import { secondsBetween } from "../../kube/time.ts";
import { obstacleOf } from "./obstacles.ts";

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
  reads: ["namespaces", "apiServices", "customResourceDefinitions", ...WEBHOOK_READS, ...SEARCHED],
  run: ({ objects, asOf }) =>
    objects.namespaces.all.flatMap((namespace) => {
      const waited = secondsBetween(namespace.metadata.deletionTimestamp, asOf);
      if (waited === undefined || waited < GRACE_SECONDS) return [];
      const held = conditionsOf(namespace);
      const [main] = held;
      const object = refOf(namespace);
      const holders = heldObjects(object.name, objects);
      const obstacle = obstacleOf(namespace, main?.type, holders.map(refOf), objects);
      const finalizers = remainingFinalizers(namespace);
      const resources = remainingResources(namespace);
      return [
        {
          object,
          title: `${nameOf(object)} cannot be deleted: ${obstacle.words}`,
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
          ...(obstacle.because.length > 0 && { because: obstacle.because }),
          remedies: [{ step: obstacle.step }],
          details: {
            reason: main?.reason ?? "",
            message: main?.message ?? "",
            ...(resources.length > 0 && { remaining: resources }),
            ...(finalizers.length > 0 && { finalizers }),
          },
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
