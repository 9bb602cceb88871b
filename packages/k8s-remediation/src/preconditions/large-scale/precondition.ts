import { replicasChange } from "../effects.ts";
import { definePrecondition } from "../precondition.ts";
import { told } from "../told.ts";

const MOST_TIMES = 10;
const SMALL = 20;

/** A slip of the finger, or a model's, must not fill the cluster. */
export const largeScale = definePrecondition({
  code: "large_scale",
  when: "more than ten times as many replicas as before, and more than 20",
  liftedBy: "call",
  judge({ target, planned, isUndo }) {
    const change = isUndo ? undefined : replicasChange(target, planned);
    if (!change || change.to <= SMALL || change.to <= change.from * MOST_TIMES) return [];
    return [
      {
        verdict: "refuse",
        message: `${change.to} replicas of ${told(target)} are more than ${MOST_TIMES} times the present ${change.from}.`,
        override: "call",
      },
    ];
  },
});
