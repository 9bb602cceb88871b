import type { KubeObject, ObjectOf } from "@k8s-ops/k8s-cluster";
import { controllerOf } from "@k8s-ops/k8s-diagnostics/kube";
import { isMirror } from "../../kubectl/drain.ts";
import { definePrecondition } from "../precondition.ts";
import { toldPods } from "../told.ts";

/** The API has only a copy of a static Pod: ending it ends nothing. Source: k8s.io/kubectl pkg/drain/filters.go */
export const staticPod = definePrecondition({
  code: "static_pod",
  when: "the Pod is static: the API server has only a copy of it",
  liftedBy: "no",
  judge({ target, planned: { ends } }) {
    const targets = target.kind === "Pod" ? [target as ObjectOf<"pods">] : ends;
    const found = targets.filter((pod) => isMirror(pod) || isOfNode(pod));
    if (found.length === 0) return [];
    return [
      {
        verdict: "refuse",
        message: `The kubelet runs ${toldPods(found)} from a file on the Node; the API has a copy.`,
        override: {
          instead: "Change or move its manifest on the Node (by default under /etc/kubernetes/manifests).",
        },
      },
    ];
  },
});

function isOfNode(pod: KubeObject): boolean {
  return controllerOf(pod)?.kind === "Node";
}
