import type { KubeObject, ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { refOf, sameRef, scaleTarget } from "@k8s-ops/k8s-diagnostics/kube";
import { operator } from "./operator.ts";
import { nameIn, type Owner, owner } from "./owner.ts";

/** HorizontalPodAutoscalers own the number of replicas, and nothing else of their target. */
export function autoscalers(
  target: KubeObject,
  { horizontalPodAutoscalers }: Pick<Objects, "horizontalPodAutoscalers">,
): readonly Owner[] {
  return horizontalPodAutoscalers
    .in(target.metadata.namespace)
    .filter((each) => sameRef(scaleTarget(each), refOf(target)))
    .map(ofAutoscaler);
}

/** One that an operator such as KEDA made is changed through what it was made from. */
function ofAutoscaler(autoscaler: ObjectOf<"horizontalPodAutoscalers">): Owner {
  const [maker] = operator(autoscaler);
  const way = maker
    ? `an operator makes it. ${maker.instead}`
    : "change its minReplicas or maxReplicas, or it sets the replicas anew.";
  return owner("hpa", "HorizontalPodAutoscaler", nameIn(undefined, autoscaler.metadata.name), way);
}
