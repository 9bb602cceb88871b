import { refOf } from "@k8s-ops/k8s-diagnostics/kube";
import { recentAction } from "../../ledger/rules.ts";
import { coolDownText } from "../../ledger/texts.ts";
import { definePrecondition } from "../precondition.ts";

/** Nobody acts twice on the same object before the first action can have worked. */
export const coolDown = definePrecondition({
  code: "cool_down",
  when: "somebody acted on the same object a moment ago",
  liftedBy: "call, or time",
  judge({ target, entries, rules: { coolDownSeconds }, now, isUndo }) {
    const last = isUndo ? undefined : recentAction(entries, refOf(target), coolDownSeconds, now);
    if (!last) return [];
    return [{ verdict: "refuse", message: coolDownText(last, coolDownSeconds, now), override: "call" }];
  },
});
