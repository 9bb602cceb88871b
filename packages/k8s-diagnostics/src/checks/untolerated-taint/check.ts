import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import {
  onlySays,
  PLACEMENT_READS,
  type PlacementFailure,
  placementFailures,
  podsOf,
} from "../../kube/scheduling/placement-failures.ts";
import { isConditionTaint, passingTaint, type Taint } from "../../kube/scheduling/tolerations.ts";
import { tolerationsPatch } from "../../kube/scheduling/tolerations-patch.ts";

export const untoleratedTaint = defineCheck({
  id: "untolerated_taint",
  title: "The Pod does not tolerate the taint of the Nodes where it belongs",
  when: "the Nodes that a waiting Pod could run on carry a taint, set by people, that the Pod does not tolerate",
  severity: "high",
  level: "cause",
  reads: PLACEMENT_READS,
  supersedes: ["pod_unschedulable"],
  run: ({ objects }) =>
    placementFailures(objects).flatMap((failure): readonly Finding[] => {
      if (failure.placement?.blocking.has("taint")) return fromNodes(failure);
      const said = failure.message?.clauses.find(
        ({ kind, subject }) => kind === "taint" && subject !== undefined,
      );
      if (!said?.subject || !onlySays(failure, "taint") || !isQualifiedName(said.subject)) return [];
      if (isConditionTaint({ key: said.subject, effect: "NoSchedule" })) return [];
      const patch = tolerationsPatch(failure.workload.kind, failure.pod.spec?.tolerations ?? [], {
        key: said.subject,
      });
      return [
        {
          ...common(failure, said.subject),
          confidence: "likely",
          evidence: [failure.evidence],
          remedies: [
            {
              step: `Add a toleration of ${said.subject} to ${failure.base}.tolerations of ${nameOf(failure.workload)}, when it is meant to run there.`,
              ...(patch && { patch }),
            },
          ],
        },
      ];
    }),
});

function common({ workload, ref }: PlacementFailure, key: string) {
  return {
    object: workload,
    subject: key,
    title: `${nameOf(workload)} does not tolerate the taint ${key} of the Nodes where ${podsOf(workload)} could run`,
    affects: [ref],
  };
}

function fromNodes(failure: PlacementFailure): readonly Finding[] {
  const { workload, ref, pod, base, placement, evidence } = failure;
  const views = placement?.nodes ?? [];
  const taints = new Map<string, { readonly taint: Taint; readonly nodes: string[] }>();
  for (const { node, taints: ofNode } of views) {
    for (const taint of ofNode.filter((found) => !isConditionTaint(found) && isQualifiedName(found.key))) {
      const id = textOf(taint);
      taints.set(id, { taint, nodes: [...(taints.get(id)?.nodes ?? []), node.metadata.name] });
    }
  }
  return [...taints.values()].map(({ taint, nodes }) => {
    const node = views.find((view) => view.node.metadata.name === nodes[0])?.node;
    if (node && passingTaint(taint)) return passing(failure, taint, refOf(node), nodes.length);
    const patch = tolerationsPatch(workload.kind, pod.spec?.tolerations ?? [], taint);
    return {
      ...common(failure, taint.key),
      confidence:
        placement?.blocking.size === 1 && taints.size === 1 ? ("certain" as const) : ("likely" as const),
      evidence: [
        fieldEvidence(node ? refOf(node) : ref, `spec.taints[${taint.key}]`, textOf(taint)),
        fieldEvidence(ref, "spec.tolerations", pod.spec?.tolerations),
        evidence,
      ] as const,
      remedies: [
        {
          step: `Add a toleration of ${taint.key} to ${base}.tolerations of ${nameOf(workload)}, when it is meant to run there.`,
          ...(patch && { patch }),
        },
        {
          step: `Or remove the taint ${taint.key} from Node ${nodes[0]}, when it is no longer meant: kubectl taint nodes ${nodes[0]} ${taint.key}-`,
          ...(node && { object: refOf(node) }),
        },
      ],
      details: { taint: textOf(taint), nodes: nodes.slice(0, 10), node_count: nodes.length },
    };
  });
}

/** The Node is to be looked at, not the Pod. */
function passing(failure: PlacementFailure, taint: Taint, node: ObjectRef, count: number): Finding {
  const isRemoval = passingTaint(taint) === "removal";
  return {
    object: node,
    subject: taint.key,
    title: isRemoval
      ? `An autoscaler removes ${nameOf(node)}, and ${podsOf(failure.workload)} wait for a Node`
      : `An agent on ${nameOf(node)} is not ready, as the taint ${taint.key} says, and ${podsOf(failure.workload)} wait for it`,
    confidence: "likely",
    evidence: [fieldEvidence(node, `spec.taints[${taint.key}]`, textOf(taint)), failure.evidence],
    affects: [failure.ref],
    remedies: [
      isRemoval
        ? {
            step: `Wait for the Node that the autoscaler adds for the Pod, or raise its limits; remove the taint ${taint.key} from ${nameOf(node)} only when no autoscaler runs any more.`,
          }
        : {
            step: `Make the agent ready that removes the taint ${taint.key}: look at the Pods of its DaemonSet on ${nameOf(node)}.`,
          },
    ],
    details: { taint: textOf(taint), node_count: count },
  };
}

function textOf({ key, value, effect }: Taint): string {
  return `${key}${value ? `=${value}` : ""}:${effect}`;
}
