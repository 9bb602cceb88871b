import { refOf } from "@k8s-ops/k8s-diagnostics/kube";
import { recentAction } from "../../ledger/rules.ts";
import { definePrecondition } from "../precondition.ts";

/** Nobody acts twice on the same object before the first action can have worked. */
export const coolDown = definePrecondition({
  code: "cool_down",
  when: "somebody acted on the same object a moment ago",
  liftedBy: "call, or time",
  judge({ target, entries, rules: { coolDownSeconds }, now, isUndo }) {
    const last = isUndo ? undefined : recentAction(entries, refOf(target), coolDownSeconds, now);
    if (!last) return [];
    const wait = Math.ceil((last.at + coolDownSeconds * 1000 - now) / 1000);
    return [
      {
        verdict: "refuse",
        message: `${last.tool} acted on it ${Math.floor((now - last.at) / 1000)} s ago (${last.id}, ${last.outcome}). See first what came of it, and try again in ${wait} s.`,
        override: "call",
      },
    ];
  },
});
