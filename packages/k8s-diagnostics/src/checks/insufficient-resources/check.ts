import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { scaleTarget } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { controllerOf } from "../../kube/owners.ts";
import { isFinished, isTerminating, podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf, sameRef } from "../../kube/refs.ts";
import { uncordonOf } from "../../kube/remedy-parts.ts";
import { setResources } from "../../kube/resource-remedies.ts";
import {
  PLACEMENT_READS,
  type PlacementFailure,
  placementFailures,
  podsOf,
} from "../../kube/scheduling/placement-failures.ts";
import { formatAmount, formatBound } from "../../kube/scheduling/requests.ts";
import { freeOf, nodesHeldBack } from "../../kube/scheduling/room.ts";
import {
  largestRequest,
  loweredRequest,
  type NearestFit,
  type NodeFigure,
  type Shortage,
  shortagesOf,
} from "./figures.ts";

export const insufficientResources = defineCheck({
  id: "insufficient_resources",
  title: "No Node has room for what the Pod requests",
  when: "the Nodes where a Pod may run have less of a requested resource left, or at all, than the Pod requests",
  severity: "high",
  level: "cause",
  reads: [...PLACEMENT_READS, "horizontalPodAutoscalers"],
  supersedes: ["pod_unschedulable"],
  run: ({ objects, asOf }) => {
    const free = freeOf(objects);
    return placementFailures(objects).flatMap((failure) => {
      const shortages = shortagesOf(failure, free);
      const because = shortages.some(({ never }) => !never)
        ? nodesHeldBack(failure, free, asOf).map(refOf)
        : [];
      return shortages.map((shortage) => {
        const finding = { ...findingOf(failure, shortage), ...(because.length > 0 && { because }) };
        return withAutoscaler(finding, failure, objects);
      });
    });
  },
});

function findingOf(failure: PlacementFailure, shortage: Shortage): Finding {
  const { workload, ref, evidence } = failure;
  const { resource, requested, largest, freest, never, nearest } = shortage;
  const figures = evidenceOf(failure, shortage);
  const amount = (value: number) => formatAmount(resource, value);
  return {
    object: workload,
    subject: resource,
    title: never
      ? `No Node has as much ${resource} as is requested by ${podsOf(workload)}`
      : `The Nodes have too little ${resource} left for ${podsOf(workload)}`,
    confidence: never && failure.placement?.blocking.size === 1 ? "certain" : "likely",
    evidence: figures ? [...figures, evidence] : [evidence],
    affects: [ref],
    remedies: remediesFor(failure, shortage),
    details: {
      resource,
      requested: amount(requested),
      fits_an_empty_node: !never,
      ...(largest && {
        largest_allocatable: amount(largest.amount),
        largest_node: largest.node.metadata.name,
      }),
      ...(freest && { most_free: amount(freest.amount), freest_node: freest.node.metadata.name }),
      ...(nearest && {
        nearest_node: nearest.node.metadata.name,
        lacks: Object.fromEntries(
          nearest.lacks.map((lack) => [lack.resource, formatAmount(lack.resource, lack.amount)]),
        ),
      }),
      ...(failure.message?.preemption !== undefined && { preemption: failure.message.preemption }),
    },
  };
}

function evidenceOf(
  { pod, ref }: PlacementFailure,
  { resource, largest, freest }: Shortage,
): readonly [Evidence, ...Evidence[]] | undefined {
  const request = largestRequest(pod, resource);
  if (!request) return undefined;
  return [
    fieldEvidence(ref, `spec.${request.path}`, request.value),
    ...(largest
      ? [
          fieldEvidence(
            refOf(largest.node),
            `status.allocatable[${resource}]`,
            formatAmount(resource, largest.amount),
          ),
        ]
      : []),
    ...(freest
      ? [
          fieldEvidence(
            refOf(freest.node),
            `status.allocatable[${resource}] minus the requests of its Pods`,
            formatAmount(resource, freest.amount),
          ),
        ]
      : []),
  ];
}

function remediesFor(
  { pod, workload, base, placement }: PlacementFailure,
  shortage: Shortage,
): readonly Remedy[] {
  const { resource, requested, largest, never } = shortage;
  const request = largestRequest(pod, resource);
  const field = `${base}.${request?.path ?? `containers[].resources.requests[${resource}]`} of ${nameOf(workload)}`;
  const needed = formatAmount(resource, requested);
  const cordoned = placement?.all.filter(
    (view) => view.cordoned && view.taints.length + view.mismatches.length + view.tooSmall.length === 0,
  );
  if (never && largest?.amount === 0) {
    return [
      {
        step: `Add a Node whose status.allocatable has ${resource}, or install the device plugin that makes the Nodes offer it.`,
      },
      { step: `Remove ${field} when it is not needed.` },
    ];
  }
  return [
    lowering(`Lower ${field}: the Pod asks for ${needed} in all`, pod, workload, shortage),
    {
      step: `Add a Node with at least ${needed} of ${resource} in status.allocatable${never ? "" : " left, or remove other Pods"}.`,
    },
    ...(never ? [] : (cordoned ?? []).slice(0, 3)).map(
      ({ node }): Remedy => ({
        step: `Uncordon Node ${node.metadata.name}, when its maintenance is over.`,
        ...uncordonOf(refOf(node)),
      }),
    ),
  ];
}

/** Down to what is left beside the Pods that are there, also where even an empty Node has too little. */
function lowering(
  start: string,
  pod: PlacementFailure["pod"],
  workload: ObjectRef,
  { resource, requested, largest, freest, isAllElseFree, never, nearest }: Shortage,
): Remedy {
  const most = (figure: NodeFigure | undefined, does: string): readonly string[] =>
    figure && figure.amount > 0
      ? [`${formatAmount(resource, figure.amount)} is the most that a Node ${does}`]
      : [];
  const bounds = [...(never ? most(largest, "has") : []), ...most(freest, "has left")];
  const lowered = freest && loweredRequest(pod, resource, requested - freest.amount);
  const shown = isAllElseFree
    ? " The patch shows what would just fit for one such Pod."
    : ` The patch shows how much ${resource} is left for one such Pod.`;
  return {
    step: `${[start, ...bounds].join(", and ")}.${never ? "" : nearestText(nearest)}${lowered ? shown : ""}`,
    ...(lowered && setResources(workload, [lowered])),
  };
}

/** What would be enough: the Node that comes nearest, and what it lacks. */
function nearestText(nearest: NearestFit | undefined): string {
  if (!nearest) return "";
  const lacks = nearest.lacks.map(
    ({ resource, amount }) => `${formatBound(resource, amount)} of ${resource}`,
  );
  return ` Node ${nearest.node.metadata.name} comes nearest: it lacks ${lacks.join(" and ")}.`;
}

/** An autoscaler that wants more replicas than the Nodes can hold may be told so, too. */
function withAutoscaler(
  finding: Finding,
  { pod, workload }: PlacementFailure,
  objects: Pick<Objects, "horizontalPodAutoscalers" | "pods">,
): Finding {
  const autoscaler = objects.horizontalPodAutoscalers
    .in(workload.namespace)
    .find((each) => sameRef(scaleTarget(each), workload));
  const controller = controllerOf(pod);
  if (!autoscaler || !controller) return finding;
  const placed = podsControlledBy(controller, objects).filter(
    (each) => Boolean(each.spec?.nodeName) && !isFinished(each) && !isTerminating(each),
  ).length;
  const { minReplicas = 1, maxReplicas = 1 } = autoscaler.spec ?? {};
  const wanted = autoscaler.status?.desiredReplicas ?? 0;
  if (placed < minReplicas || placed >= maxReplicas || wanted <= placed) return finding;
  const ref = refOf(autoscaler);
  return {
    ...finding,
    evidence: [...finding.evidence, fieldEvidence(ref, "status.desiredReplicas", wanted)],
    related: [ref],
    remedies: [
      ...(finding.remedies ?? []),
      {
        step: `Or lower spec.maxReplicas of ${nameOf(ref)} to ${placed}, as many replicas as have room.`,
        object: ref,
        patch: `spec:\n  maxReplicas: ${placed}\n`,
      },
    ],
  };
}
