import { refOf } from "@k8s-ops/k8s-diagnostics/kube";
import { runningAction } from "../../ledger/rules.ts";
import { runningTexts } from "../../ledger/texts.ts";
import { definePrecondition } from "../precondition.ts";

/** Two at one object at a time would not know which of them did what. */
export const actionInProgress = definePrecondition({
  code: "action_in_progress",
  when: "another action on the object has not ended, or was ended by force less than its time ago",
  liftedBy: "time",
  judge({ target, entries, now }) {
    const running = runningAction(entries, refOf(target), now);
    if (!running) return [];
    const { message, wayOut } = runningTexts(running);
    return [{ verdict: "refuse", message, override: { instead: wayOut } }];
  },
});
