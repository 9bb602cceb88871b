import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { type Exit, isDown, recentEnds } from "../../kube/exits/exits.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause } from "../../kube/places.ts";
import { isReady } from "../../kube/pods.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

const MEBIBYTE = 2 ** 20;
const SMALLEST_SUGGESTION = 64;

export const containerOutOfMemory = defineCheck({
  id: "container_out_of_memory",
  title: "Container is killed because it needs more memory than it may use",
  when: "a container's last run ended as OOMKilled, and it is down, keeps restarting, or restarted within the last hour",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "nodes", "events"],
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

function finding(exit: Exit, objects: Pick<Objects, "nodes" | "events">): Finding {
  const { place, terminated, path } = exit;
  const limit = memoryLimit(exit);
  const node = objects.nodes.get("", place.pod.spec?.nodeName ?? "");
  const systemOom = node && latestEvent(node, objects, "SystemOOM");
  return containerCause(place, {
    title:
      limit === undefined
        ? `Container ${place.name} of ${nameOf(place.workload)} has no memory limit and was killed when its Node had no memory left`
        : `Container ${place.name} of ${nameOf(place.workload)} needs more memory than its limit`,
    confidence: limit === undefined ? "likely" : "certain",
    ...(!isDown(exit) && isReady(place.pod) && { severity: "medium" as const }),
    evidence: [
      fieldEvidence(place.podRef, path, terminated),
      fieldEvidence(place.workload, `${place.field}.resources.limits.memory`, limit),
      ...(node && systemOom ? [eventEvidence(refOf(node), systemOom)] : []),
    ],
    details: {
      container: place.name,
      exit_code: terminated.exitCode,
      restart_count: place.status?.restartCount ?? 0,
      ...(limit !== undefined && { memory_limit: limit }),
    },
    remedies: remedies(exit, limit),
  });
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
      patch: containerPatch(place, { resources: { limits: { memory: suggestion } } }),
    },
  ];
}
