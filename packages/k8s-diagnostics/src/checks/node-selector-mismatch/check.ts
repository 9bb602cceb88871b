import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import { nearestName } from "../../kube/nearest.ts";
import { podSpecPatch, toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import type { NodeMismatch } from "../../kube/scheduling/node-affinity.ts";
import {
  onlySays,
  PLACEMENT_READS,
  type PlacementFailure,
  placementFailures,
  podsOf,
} from "../../kube/scheduling/placement-failures.ts";

export const nodeSelectorMismatch = defineCheck({
  id: "node_selector_mismatch",
  title: "No Node has the labels that the Pod requires",
  when: "no Node satisfies the nodeSelector and the required node affinity of a Pod that waits to be scheduled",
  severity: "high",
  level: "cause",
  reads: PLACEMENT_READS,
  supersedes: ["pod_unschedulable"],
  run: ({ objects }) =>
    placementFailures(objects).flatMap((failure): readonly Finding[] => {
      const nearest = nearestNode(failure);
      if (nearest) return [withNode(failure, nearest)];
      return onlySays(failure, "node_affinity") ? [withoutNodes(failure)] : [];
    }),
});

interface Nearest {
  readonly node: ObjectOf<"nodes">;
  readonly first: NodeMismatch;
  readonly rest: readonly NodeMismatch[];
}

function nearestNode({ placement }: PlacementFailure): Nearest | undefined {
  if (!placement?.blocking.has("node_affinity")) return undefined;
  const [best] = [...placement.nodes].sort((a, b) => a.mismatches.length - b.mismatches.length);
  const [first, ...rest] = best?.mismatches ?? [];
  return best && first && first.key !== "metadata.name" ? { node: best.node, first, rest } : undefined;
}

function withNode(failure: PlacementFailure, { node, first, rest }: Nearest): Finding {
  const { workload, ref, base, evidence, placement } = failure;
  const differing = [first, ...rest];
  return {
    object: workload,
    title: titleOf(failure),
    confidence: placement?.blocking.size === 1 ? "certain" : "likely",
    evidence: [
      fieldEvidence(workload, `${base}.${first.path}`, wantedText(first)),
      ...differing.map(({ key, actual }) => fieldEvidence(refOf(node), `metadata.labels[${key}]`, actual)),
      ...rest.map((mismatch) => fieldEvidence(workload, `${base}.${mismatch.path}`, wantedText(mismatch))),
      evidence,
    ],
    affects: [ref],
    remedies: remediesFor(failure, node, differing),
    details: {
      nearest_node: node.metadata.name,
      differs: differing.map(({ key, operator, wanted, actual }) => ({
        key,
        operator,
        wanted,
        actual: actual ?? null,
      })),
    },
  };
}

function withoutNodes(failure: PlacementFailure): Finding {
  return {
    object: failure.workload,
    title: titleOf(failure),
    confidence: "likely",
    evidence: [failure.evidence],
    affects: [failure.ref],
    remedies: [
      {
        step: `Compare ${failure.base}.nodeSelector and the node affinity of ${nameOf(failure.workload)} with the labels of the Nodes.`,
      },
    ],
  };
}

function titleOf({ workload }: PlacementFailure): string {
  return `No Node has the labels required by ${podsOf(workload)}`;
}

function wantedText({ operator, wanted }: NodeMismatch): string {
  return wanted.length === 1 && operator === "In"
    ? (wanted[0] ?? "")
    : `${operator} ${wanted.join(", ")}`.trim();
}

function remediesFor(
  { workload, base }: PlacementFailure,
  node: ObjectOf<"nodes">,
  differing: readonly NodeMismatch[],
): readonly Remedy[] {
  const [only] = differing;
  const step = `Correct ${base}.nodeSelector or the required node affinity of ${nameOf(workload)} so that a Node satisfies it.`;
  if (differing.length !== 1 || !only || !isQualifiedName(only.key)) return [{ step }];
  const label = only.wanted[0];
  const patch = only.path.startsWith("nodeSelector.") ? selectorPatch(only, node) : undefined;
  return [
    {
      step: patch
        ? `Correct the key or value of ${only.key} in ${base}.nodeSelector of ${nameOf(workload)}, as Node ${node.metadata.name} has it.`
        : step,
      ...(patch && { patch: podSpecPatch(workload.kind, { nodeSelector: patch }) }),
    },
    ...(only.operator === "In" && label !== undefined && isLabelValue(label)
      ? [
          {
            step: `Or label the Node that is meant with ${only.key}, for instance Node ${node.metadata.name}.`,
            object: refOf(node),
            patch: toYaml({ metadata: { labels: { [only.key]: label } } }),
          },
        ]
      : []),
  ];
}

/** The value that the Node has under this key, or the key that was meant. */
function selectorPatch({ key, wanted, actual }: NodeMismatch, { metadata }: ObjectOf<"nodes">) {
  if (actual !== undefined) return isLabelValue(actual) ? { [key]: actual } : undefined;
  const near = nearestName(key, Object.keys(metadata.labels ?? {}));
  const value = wanted[0];
  if (near === undefined || value === undefined || metadata.labels?.[near] !== value) return undefined;
  return isQualifiedName(near) && isLabelValue(value) ? { [key]: null, [near]: value } : undefined;
}
