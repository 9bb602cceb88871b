import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { type Exit, isDown, recentEnds } from "../../kube/exits/exits.ts";
import { containerCause } from "../../kube/places.ts";
import { isReady } from "../../kube/pods.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { setResources } from "../../kube/resource-remedies.ts";
import { type HeapOption, heapAbove } from "./heap.ts";

const MEBIBYTE = 2 ** 20;
const SMALLEST_SUGGESTION = 64;

export const containerOutOfMemory = defineCheck({
  id: "container_out_of_memory",
  title: "Container is killed because it needs more memory than it may use",
  when: "a container's last run ended as OOMKilled, and it is down, keeps restarting, or restarted within the last hour",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "nodes", "events", "configMaps"],
  supersedes: [
    "container_exits_with_error",
    "container_command_not_found",
    "container_create_failed",
    "init_container_failing",
  ],
  run: ({ objects, asOf }) =>
    recentEnds(objects, asOf)
      .filter(({ terminated }) => wasOutOfMemory(terminated))
      .map((exit) => finding(exit, objects)),
});

function wasOutOfMemory({ reason, message }: Exit["terminated"]): boolean {
  return reason === "OOMKilled" || (message ?? "").includes("init was OOM-killed");
}

function finding(exit: Exit, objects: Pick<Objects, "nodes" | "events" | "configMaps">): Finding {
  const { place, terminated, path } = exit;
  const limit = memoryLimit(exit);
  const heap = heapAbove(parseQuantity(limit), place, objects);
  const node = objects.nodes.get("", place.pod.spec?.nodeName ?? "");
  const systemOom = node && latestEvent(node, objects, "SystemOOM");
  return containerCause(place, {
    title:
      limit === undefined
        ? `Container ${place.name} of ${nameOf(place.workload)} has no memory limit and was killed when its Node had no memory left`
        : heap
          ? `Container ${place.name} of ${nameOf(place.workload)} is OOMKilled: its heap may grow beyond its memory limit`
          : `Container ${place.name} of ${nameOf(place.workload)} needs more memory than its limit`,
    confidence: limit === undefined ? "likely" : "certain",
    ...(!isDown(exit) && isReady(place.pod) && { severity: "medium" as const }),
    evidence: [
      fieldEvidence(place.podRef, path, brief(terminated)),
      ...(heap ? [fieldEvidence(heap.object, heap.field, heap.option)] : []),
      fieldEvidence(place.workload, `${place.field}.resources.limits.memory`, limit),
      ...(node && systemOom ? [eventEvidence(refOf(node), systemOom)] : []),
    ],
    details: {
      container: place.name,
      exit_code: terminated.exitCode,
      restart_count: place.status?.restartCount ?? 0,
      ...(limit !== undefined && { memory_limit: limit }),
    },
    remedies: [...(heap ? [smallerHeap(heap, exit, limit)] : []), ...remedies(exit, limit)],
  });
}

/** The reason first: answers are cut to fit. */
function brief({ reason, exitCode, startedAt, finishedAt, message }: Exit["terminated"]) {
  return { reason, exitCode, startedAt, finishedAt, ...(message && { message }) };
}

/** Beside its heap a runtime needs room for threads, code and buffers: about a quarter. */
function smallerHeap(
  { object, field, name }: HeapOption,
  { place }: Exit,
  limit: string | undefined,
): Remedy {
  const bytes = parseQuantity(limit) ?? 0;
  const size = Math.floor((bytes * 0.75) / MEBIBYTE);
  return {
    step: `Let ${name} in ${field} of ${nameOf(object)} fit the memory limit of container ${place.name}, for example ${size} MiB (three quarters of it), or use -XX:MaxRAMPercentage=75 where it is a JVM.`,
    object,
  };
}

/** The container's own limit, else that of the whole Pod (KEP-2837). */
function memoryLimit({ place }: Exit): string | undefined {
  return place.spec.resources?.limits?.memory ?? place.pod.spec?.resources?.limits?.memory;
}

function remedies({ place }: Exit, limit: string | undefined) {
  const bytes = parseQuantity(place.spec.resources?.limits?.memory);
  const field = `${place.field}.resources`;
  if (limit === undefined) {
    return [
      {
        step: `Set ${field}.requests.memory and ${field}.limits.memory of ${nameOf(place.workload)} to what container ${place.name} needs.`,
      },
      {
        step: "Look for other Pods on the same Node that use more memory than spec.containers[].resources.requests.memory says: kubectl top pods --all-namespaces",
      },
    ];
  }
  if (bytes === undefined || bytes <= 0)
    return [{ step: `Raise the memory limit of ${nameOf(place.workload)}.` }];
  const suggestion = `${Math.max(SMALLEST_SUGGESTION, Math.ceil((bytes * 2) / MEBIBYTE))}Mi`;
  return [
    {
      step: `Raise ${field}.limits.memory of ${nameOf(place.workload)}, for example to ${suggestion}, or make the program use less.`,
      ...setResources(place.workload, [
        {
          container: place.name,
          role: place.role === "container" ? "containers" : "initContainers",
          limits: { memory: suggestion },
        },
      ]),
    },
  ];
}
