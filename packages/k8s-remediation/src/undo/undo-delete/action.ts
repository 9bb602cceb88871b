import type { ObjectKey, ResourceKey } from "@k8s-ops/k8s-cluster";
import { isFinished, nameOf, podsControlledBy, refOf } from "@k8s-ops/k8s-diagnostics/kube";
import { defineAction } from "../../action.ts";
import { needsOf } from "../../actions/needs.ts";

export interface UndoDeleteInput {
  readonly object: ObjectKey;
}

/** Deletes what an action made. */
export const undoDelete = defineAction<ResourceKey, UndoDeleteInput>({
  id: "undo_delete",
  target: ({ object }) => object,
  needs: ({ object: { resource, namespace } }) =>
    namespace === "" ? [{ resource }] : needsOf(namespace, [resource, "pods"]),
  plan({ object }, { target, objects }) {
    const { uid = "" } = target.metadata;
    const pods = podsControlledBy(refOf(target), objects);
    return {
      summary: `Delete ${nameOf(refOf(target))}, which the action made.`,
      writes: [{ verb: "delete", object, uid }],
      facts: {},
      undo: { by: "nothing", why: "What was deleted does not come back." },
      ends: pods.filter((pod) => !isFinished(pod)),
    };
  },
  verify: ({ object }, _, { target }) =>
    target
      ? { state: "waiting", message: `${object.name} is being deleted.` }
      : { state: "done", message: `${object.name} is gone.` },
});
