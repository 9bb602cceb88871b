import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isFinished, isHealthyPod } from "../kube/pods.ts";
import { nodeCondition } from "../kube/scheduling/node-conditions.ts";
import { allocatable, formatAmount, requestedBy } from "../kube/scheduling/requests.ts";
import type { TargetStatus } from "./workloads.ts";

const RESOURCES = ["cpu", "memory"] as const;

/** How the Node is, and how full: of what it offers, and of what the Pods on it that may be seen reserve. */
export function nodeStatus(node: ObjectOf<"nodes">, objects: Objects): TargetStatus {
  const on = objects.pods.all.filter(({ spec }) => spec?.nodeName === node.metadata.name);
  const unfinished = on.filter((pod) => !isFinished(pod));
  const ready = nodeCondition(node, "Ready")?.status;
  const offered = Object.fromEntries(
    RESOURCES.map((resource) => [resource, formatAmount(resource, allocatable(node, resource))]),
  );
  const requested = Object.fromEntries(
    RESOURCES.map((resource) => [resource, formatAmount(resource, requestedBy(unfinished, resource))]),
  );
  const version = node.status?.nodeInfo?.kubeletVersion;
  return {
    serving: ready === undefined ? "unknown" : ready === "True" ? "all" : "none",
    fields: {
      status: {
        conditions: (node.status?.conditions ?? []).map(({ type, status, reason, message }) => ({
          type,
          status,
          ...(reason !== undefined && { reason }),
          ...(message !== undefined && { message }),
        })),
        cordoned: node.spec?.unschedulable ?? false,
        ...(version && { kubelet_version: version }),
        allocatable: { ...offered, pods: allocatable(node, "pods") },
        requested: { ...requested, pods: unfinished.length },
      },
      pods: { total: on.length, healthy: on.filter(isHealthyPod).length },
    },
  };
}
