import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { holdsNow } from "../../kube/scheduling/placement.ts";
import {
  onlySays,
  PLACEMENT_READS,
  type PlacementFailure,
  placementFailures,
  podsOf,
} from "../../kube/scheduling/placement-failures.ts";
import { claimRef } from "../../kube/storage/claims.ts";

export const volumeNodeAffinityConflict = defineCheck({
  id: "volume_node_affinity_conflict",
  title: "The Pod's volume lies where no Node can run the Pod",
  when: "a Pod waits to be scheduled because its bound PersistentVolume can be reached from none of the Nodes that would take it",
  severity: "high",
  level: "cause",
  reads: PLACEMENT_READS,
  supersedes: ["pod_unschedulable"],
  run: ({ objects }) =>
    placementFailures(objects).flatMap((failure): readonly Finding[] => {
      const { placement, message, workload, ref, evidence } = failure;
      if (placement?.blocking.has("volume_node_affinity")) return fromVolumes(failure);
      const said =
        onlySays(failure, "volume_node_affinity", "taint") &&
        message?.clauses.some(({ kind }) => kind === "volume_node_affinity");
      if (!said && !holdsNow(placement, placement ? message : undefined, "volume_node_affinity")) return [];
      return [
        {
          object: workload,
          title: `A volume of ${podsOf(workload)} can be reached from no Node that would take them`,
          confidence: "likely",
          evidence: [evidence],
          affects: [ref],
          remedies: [
            {
              step: `Compare spec.nodeAffinity of the PersistentVolumes of ${nameOf(workload)} with metadata.labels of the Nodes.`,
            },
          ],
        },
      ];
    }),
});

function fromVolumes({ placement, ref, pod, evidence, workload }: PlacementFailure): readonly Finding[] {
  const volumes = [...new Set(placement?.nodes.flatMap((view) => view.volumes))];
  return volumes.slice(0, 3).map((volume) => {
    const claim = claimRef(pod.metadata.namespace, volume.spec?.claimRef?.name ?? "");
    const node = wantedNode(volume.spec?.nodeAffinity?.required?.nodeSelectorTerms);
    return {
      object: refOf(volume),
      title: `${nameOf(refOf(volume))} can be reached from no Node that would take ${podsOf(workload)}`,
      confidence: placement?.blocking.size === 1 ? "certain" : "likely",
      evidence: [
        fieldEvidence(refOf(volume), "spec.nodeAffinity.required", volume.spec?.nodeAffinity?.required),
        fieldEvidence(claim, "spec.volumeName", volume.metadata.name),
        evidence,
      ],
      affects: [ref],
      remedies: [
        {
          step: "Bring back a Node in the place that the volume's node affinity names, and let the Pod run there.",
        },
        {
          step: `Or restore the data into a new volume elsewhere: delete ${nameOf(claim)} only when its data is not needed.`,
          object: claim,
        },
      ],
      ...(node !== undefined && { details: { node_named_by_volume: node } }),
    };
  });
}

/** The one host that a local volume names. */
function wantedNode(
  terms: readonly {
    readonly matchExpressions?: readonly { readonly key: string; readonly values?: readonly string[] }[];
  }[] = [],
): string | undefined {
  const expressions = terms.length === 1 ? (terms[0]?.matchExpressions ?? []) : [];
  return expressions.find(({ key }) => key === "kubernetes.io/hostname")?.values?.[0];
}
