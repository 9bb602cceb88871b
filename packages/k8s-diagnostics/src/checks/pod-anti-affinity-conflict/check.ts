import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isFinished } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { scaledTo } from "../../kube/remedy-parts.ts";
import { holdsNow } from "../../kube/scheduling/placement.ts";
import { PLACEMENT_READS, placementFailures, podsOf } from "../../kube/scheduling/placement-failures.ts";
import { preferredPatch } from "../../kube/scheduling/preferred-patch.ts";
import { matchesSelector } from "../../kube/selectors.ts";

type Pod = ObjectOf<"pods">;

const RULES = "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution";

export const podAntiAffinityConflict = defineCheck({
  id: "pod_anti_affinity_conflict",
  title: "Required pod anti-affinity leaves no Node",
  when: "a Pod waits to be scheduled because required anti-affinity keeps it away from Pods on every Node that would take it",
  severity: "high",
  level: "cause",
  reads: PLACEMENT_READS,
  supersedes: ["pod_unschedulable"],
  run: ({ objects }) =>
    placementFailures(objects).flatMap(({ pod, ref, workload, base, placement, message, evidence }) => {
      if (!holdsNow(placement, message, "pod_anti_affinity")) return [];
      const rules = rulesOf(pod);
      const opponents = rules.length > 0 ? avoidedBy(pod, objects) : avoiding(pod, objects);
      const own = opponents.filter((other) => matchesOwn(pod, other)).length;
      const [first] = opponents;
      const object =
        rules.length > 0 || !first
          ? `${base}.${RULES} of ${nameOf(workload)}`
          : `the anti-affinity of ${nameOf(refOf(first))}`;
      return [
        {
          object: workload,
          title: `Required pod anti-affinity leaves no Node for ${podsOf(workload)}`,
          confidence: "likely" as const,
          evidence: [
            evidence,
            ...(rules.length > 0 ? [fieldEvidence(workload, `${base}.${RULES}`, rules)] : []),
            ...opponents
              .slice(0, 5)
              .map((other): Evidence => fieldEvidence(refOf(other), "spec.nodeName", other.spec?.nodeName)),
          ] as const,
          affects: [ref],
          ...(opponents.length > 0 && { related: opponents.slice(0, 5).map(refOf) }),
          remedies: [
            {
              step: `Make ${object} preferred instead of required, or spread by a smaller topology.`,
              ...(rules.length > 0 && preferredPatch(workload.kind, "podAntiAffinity", rules)),
            },
            own > 0
              ? {
                  step: `Or lower the replicas of ${nameOf(workload)} to the ${own} that have a place, or add Nodes.`,
                  ...scaledTo(workload, own),
                }
              : { step: `Or add a Node for ${nameOf(workload)}.` },
          ],
          details: {
            pods_in_the_way: opponents.length,
            nodes: placement?.nodes.length ?? message?.totalNodes,
          },
        },
      ];
    }),
});

function rulesOf(pod: Pod) {
  return pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

/** Assigned Pods that the Pod keeps away from, in the namespaces that its rules name. */
function avoidedBy(pod: Pod, objects: Pick<Objects, "pods">): readonly Pod[] {
  return rulesOf(pod)
    .flatMap(({ labelSelector, namespaces }) =>
      (namespaces ?? [pod.metadata.namespace])
        .flatMap((namespace) => objects.pods.in(namespace))
        .filter((other) => isPlaced(other) && matchesSelector(labelSelector, other.metadata.labels)),
    )
    .filter((other, index, list) => list.indexOf(other) === index);
}

/** Assigned Pods of the same namespace that keep the Pod away. */
function avoiding(pod: Pod, objects: Pick<Objects, "pods">): readonly Pod[] {
  return objects.pods
    .in(pod.metadata.namespace)
    .filter(
      (other) =>
        isPlaced(other) &&
        rulesOf(other).some(({ labelSelector }) => matchesSelector(labelSelector, pod.metadata.labels)),
    );
}

function isPlaced(pod: Pod): boolean {
  return Boolean(pod.spec?.nodeName) && !isFinished(pod);
}

function matchesOwn(pod: Pod, other: Pod): boolean {
  const [mine] = pod.metadata.ownerReferences ?? [];
  return mine !== undefined && (other.metadata.ownerReferences ?? []).some(({ uid }) => uid === mine.uid);
}
