import { isDnsLabel, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { type Eviction, evictionOf } from "../../kube/evictions.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";
import { nodeCondition } from "../../kube/scheduling/node-conditions.ts";
import { secondsBetween } from "../../kube/time.ts";

type Node = ObjectOf<"nodes">;
type Read = Pick<Objects, "nodes" | "pods" | "replicaSets" | "jobs">;

const PRESSURES = [
  { type: "MemoryPressure", resource: "memory", what: "memory" },
  { type: "DiskPressure", resource: "ephemeral-storage", what: "disk space" },
] as const;
type Pressure = (typeof PRESSURES)[number];

/** Evictions so long before the condition changed belong to the same shortage. */
const EARLIER_SECONDS = 900;
/** Beyond its request a container must have used this part of the Node to be what fills it. */
const SHARE = 0.25;
/** And so many times as much as the next workload. */
const LEAD = 3;
const MEBIBYTE = 2 ** 20;

export const nodePressureByWorkload = defineCheck({
  id: "node_pressure_by_workload",
  title: "One workload uses up a Node's memory or disk",
  when: "a Node is under memory or disk pressure, and by the kubelet's messages one workload used far more than it requests, a quarter of the Node and three times as much as any other evicted",
  severity: "high",
  level: "cause",
  reads: ["nodes", "pods", "replicaSets", "jobs"],
  supersedes: ["node_pressure", "pod_evicted"],
  run: ({ objects }) => {
    const pressed = objects.nodes.all.flatMap((node) =>
      PRESSURES.filter(({ type }) => nodeCondition(node, type)?.status === "True").map((pressure) => ({
        node,
        pressure,
      })),
    );
    if (pressed.length === 0) return [];
    const evicted = evictedByNode(objects);
    return pressed.flatMap(({ node, pressure }) =>
      findingOf(node, pressure, evicted.get(node.metadata.name) ?? [], objects),
    );
  },
});

interface Evicted {
  readonly ref: ObjectRef;
  readonly workload: ObjectRef;
  readonly eviction: Eviction;
  readonly node: string;
  /** What the container used beyond its request. */
  readonly excess: number;
}

function evictedByNode(objects: Read): ReadonlyMap<string, readonly Evicted[]> {
  const evicted = objects.pods.all.flatMap((pod): readonly Evicted[] => {
    const eviction = evictionOf(pod);
    if (!eviction) return [];
    const excess = (eviction.used ?? 0) - (eviction.request ?? 0);
    const node = pod.spec?.nodeName ?? "";
    return [{ ref: refOf(pod), workload: workloadOf(pod, objects), eviction, node, excess }];
  });
  return Map.groupBy(evicted, ({ node }) => node);
}

function findingOf(
  node: Node,
  { type, resource, what }: Pressure,
  all: readonly Evicted[],
  objects: Read,
): readonly Finding[] {
  const since = nodeCondition(node, type)?.lastTransitionTime;
  const evicted = all.filter(({ eviction }) => {
    const before = secondsBetween(eviction.at, since ?? "");
    return eviction.resource === resource && (before === undefined || before < EARLIER_SECONDS);
  });
  const [hog, ...others] = evicted.toSorted((a, b) => b.excess - a.excess);
  const next = others.find(({ workload }) => refKey(workload) !== refKey(hog?.workload ?? workload));
  const room = parseQuantity(node.status?.allocatable?.[resource]);
  if (!hog || room === undefined || hog.excess < room * SHARE || hog.excess < (next?.excess ?? 0) * LEAD)
    return [];
  const ref = refOf(node);
  const { workload, eviction } = hog;
  const { container } = eviction;
  const field = `${podSpecPath(workload.kind)}.containers[${container ?? ""}].resources`;
  const none = eviction.request === 0;
  const set = container !== undefined && isDnsLabel(container);
  const needed = `${Math.ceil((eviction.used ?? 0) / MEBIBYTE)}Mi`;
  const spec = objects.pods
    .get(hog.ref.namespace, hog.ref.name)
    ?.spec?.containers.find(({ name }) => name === container);
  return [
    {
      object: workload,
      subject: type,
      title: `${nameOf(workload)} uses up the ${what} of ${nameOf(ref)}${none ? ` without a ${resource} request` : ""}`,
      confidence: "likely",
      evidence: [
        fieldEvidence(hog.ref, "status.message", eviction.message),
        fieldEvidence(workload, field, spec?.resources),
        fieldEvidence(ref, `status.conditions[${type}].status`, "True"),
        fieldEvidence(ref, `status.allocatable.${resource}`, node.status?.allocatable?.[resource]),
      ],
      affects: [ref, ...evicted.map((each) => each.ref)],
      details: { node: ref.name, resource, ...(container !== undefined && { container }) },
      remedies: [
        {
          step: `Give container ${set ? container : ""} of ${nameOf(workload)} a ${resource} request and limit that fit what it uses (about ${needed}), or make the program use less: without a limit it takes the Node's own.`,
          ...(set && {
            patch: podSpecPatch(workload.kind, {
              containers: [
                {
                  name: container,
                  resources: { requests: { [resource]: needed }, limits: { [resource]: needed } },
                },
              ],
            }),
          }),
        },
      ],
    },
  ];
}
