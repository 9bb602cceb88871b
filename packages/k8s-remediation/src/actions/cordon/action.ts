import { defineAction } from "../../action.ts";
import { type NodeInput, unschedulable } from "../node.ts";

/** `kubectl cordon`. Source: k8s.io/kubectl pkg/drain/cordon.go */
export const cordon = defineAction<"nodes", NodeInput>({
  id: "cordon",
  target: ({ name }) => ({ resource: "nodes", namespace: "", name }),
  needs: () => [{ resource: "nodes" }],
  plan({ name }, { target }) {
    if (target.spec?.unschedulable) return { unchanged: `node/${name} already cordoned` };
    return {
      summary: `Cordon Node ${name}: no new Pods are placed on it; those there stay.`,
      ...unschedulable(name, true),
      facts: {},
      ends: [],
    };
  },
  verify: ({ name }, _, { target }) =>
    target?.spec?.unschedulable
      ? { state: "done", message: `node/${name} cordoned` }
      : { state: "failed", message: "It was uncordoned or deleted meanwhile." },
});
