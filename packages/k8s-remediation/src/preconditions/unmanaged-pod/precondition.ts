import { controllerOf, isFinished } from "@k8s-ops/k8s-diagnostics/kube";
import { definePrecondition } from "../precondition.ts";
import { toldPods } from "../told.ts";

/** A Pod that nothing makes anew is gone for good. Source: k8s.io/kubectl pkg/drain/filters.go unreplicatedFilter */
export const unmanagedPod = definePrecondition({
  code: "unmanaged_pod",
  when: "a Pod that ends has no controller that replaces it",
  liftedBy: "call",
  judge({ planned: { ends } }) {
    const found = ends.filter((pod) => !isFinished(pod) && controllerOf(pod) === undefined);
    if (found.length === 0) return [];
    return [
      {
        verdict: "refuse",
        message: `Nothing replaces ${toldPods(found)}: no controller owns it.`,
        override: "call",
      },
    ];
  },
});
