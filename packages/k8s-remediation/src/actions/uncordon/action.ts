import { defineAction } from "../../action.ts";
import { type NodeInput, unschedulable } from "../node.ts";

/** `kubectl uncordon`. Source: k8s.io/kubectl pkg/drain/cordon.go */
export const uncordon = defineAction<"nodes", NodeInput>({
  id: "uncordon",
  target: ({ name }) => ({ resource: "nodes", namespace: "", name }),
  needs: () => [{ resource: "nodes" }],
  plan({ name }, { target }) {
    if (!target.spec?.unschedulable) return { unchanged: `node/${name} already uncordoned` };
    return {
      summary: `Uncordon Node ${name}: Pods may be placed on it again.`,
      ...unschedulable(name, false),
      facts: {},
      ends: [],
    };
  },
  verify: ({ name }, _, { target }) =>
    target && !target.spec?.unschedulable
      ? { state: "done", message: `node/${name} uncordoned` }
      : { state: "failed", message: "It was cordoned or deleted meanwhile." },
});
