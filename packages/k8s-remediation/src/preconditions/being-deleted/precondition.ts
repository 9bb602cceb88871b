import { isTerminating } from "@k8s-ops/k8s-diagnostics/kube";
import { definePrecondition } from "../precondition.ts";
import { told } from "../told.ts";

/** What is on its way out is not repaired. */
export const beingDeleted = definePrecondition({
  code: "being_deleted",
  when: "the object is being deleted already",
  liftedBy: "no",
  judge({ target }) {
    if (!isTerminating(target)) return [];
    return [
      {
        verdict: "refuse",
        message: `${told(target)} is being deleted already.`,
        override: { instead: "Wait until it is gone; what makes it anew can be acted on then." },
      },
    ];
  },
});
