import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { isFinished, podsControlledBy } from "../../kube/pods.ts";
import { refOf } from "../../kube/refs.ts";
import { replicaSetsOf } from "../../kube/rollout.ts";
import { podRequests } from "../../kube/scheduling/requests.ts";
import { type Excess, plainResource } from "./usage.ts";

type Deployment = ObjectOf<"deployments">;

const DEFAULT_SURGE = "25%";

/**
 * The most that each Pod of a workload may ask for so that all of them fit, in base units. Those of a Deployment must
 * also fit beside the last of the earlier Pods, which stay until the new ones are ready.
 */
export function roomPerPod(
  { resource, used, hard }: Excess,
  missing: number,
  { kind, namespace, name }: ObjectRef,
  objects: Pick<Objects, "deployments" | "replicaSets" | "pods">,
): number {
  const left = (hard - used) / missing;
  const deployment = kind === "Deployment" ? objects.deployments.get(namespace, name) : undefined;
  if (!deployment || resource.startsWith("limits.")) return left;
  const amounts = replicaSetsOf(deployment, objects)
    .flatMap((set) => podsControlledBy(refOf(set), objects))
    .filter((pod) => !isFinished(pod))
    .map((pod) => podRequests(pod).get(plainResource(resource)) ?? 0);
  const others = used - amounts.reduce((sum, amount) => sum + amount, 0);
  const beside = amounts.length === 0 ? 0 : surgeOf(deployment) * Math.max(...amounts);
  return Math.min(left, (hard - others - beside) / (deployment.spec?.replicas || 1));
}

/** Source: k8s.io/kubernetes pkg/controller/deployment/util MaxSurge: a percentage is rounded up */
function surgeOf({ spec }: Deployment): number {
  if (spec?.strategy?.type === "Recreate") return 0;
  const surge = spec?.strategy?.rollingUpdate?.maxSurge ?? DEFAULT_SURGE;
  const percent = /^(\d{1,9})%$/.exec(String(surge))?.[1];
  return percent === undefined ? Number(surge) : Math.ceil((Number(percent) * (spec?.replicas ?? 1)) / 100);
}
