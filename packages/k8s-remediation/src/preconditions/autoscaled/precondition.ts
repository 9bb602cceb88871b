import { autoscalers } from "../../ownership/autoscaler.ts";
import { replicasChange } from "../effects.ts";
import { definePrecondition } from "../precondition.ts";
import { told } from "../told.ts";

/** An autoscaler sets the replicas anew within seconds; one whose target has none is off. */
export const autoscaled = definePrecondition({
  code: "autoscaled",
  when: "a HorizontalPodAutoscaler sets the replicas",
  liftedBy: "call",
  judgesBy: ({ target, planned }) => (replicasChange(target, planned) ? ["horizontalPodAutoscalers"] : []),
  judge({ target, planned, objects }) {
    const change = replicasChange(target, planned);
    if (!change) return [];
    return autoscalers(target, objects).map(({ instead }) => ({
      verdict: "refuse",
      message: `An autoscaler sets the replicas of ${told(target)}. ${instead}${aside(change)}`,
      override: "call",
    }));
  },
});

/** Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation */
function aside({ from, to }: { readonly from: number; readonly to: number }): string {
  if (to === 0) return " With 0 replicas it is off, and stays off until somebody scales up again.";
  return from === 0 ? " It is off while there are 0 replicas; scaling up switches it on." : "";
}
