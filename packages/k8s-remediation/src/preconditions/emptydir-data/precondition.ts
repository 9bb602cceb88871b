import { losesData } from "../../kubectl/drain.ts";
import { evictedPods } from "../effects.ts";
import { definePrecondition } from "../precondition.ts";
import { toldPods } from "../told.ts";

/** emptyDir volumes go with their Pod. Source: k8s.io/kubectl pkg/drain/filters.go localStorageFilter */
export const emptydirData = definePrecondition({
  code: "emptydir_data",
  when: "a drain loses data in emptyDir volumes; for one Pod it is a warning",
  liftedBy: "call",
  judge({ target, planned }) {
    const found = evictedPods(planned).filter(losesData);
    if (found.length === 0) return [];
    const message = `What emptyDir volumes of ${toldPods(found)} hold is lost.`;
    if (target.kind === "Pod") return [{ verdict: "warn", message }];
    return [{ verdict: "refuse", message, override: "call" }];
  },
});
