import { isDeepStrictEqual } from "node:util";
import type { JsonPatchOperation, KubeObject, ObjectKey, ObjectOf, ResourceKey } from "@k8s-ops/k8s-cluster";
import { nameOf, refOf } from "@k8s-ops/k8s-diagnostics/kube";
import { type Before, defineAction, type FieldChange, type Planned } from "../../action.ts";
import { workloadNeeds } from "../../actions/needs.ts";
import { isPaused, named, rolledOut } from "../../actions/rolled.ts";
import { endingPods, scaled } from "../../actions/scale/action.ts";
import type { Rolled } from "../../kubectl/rollout-status.ts";
import { valueAt } from "../../plans/pointer.ts";

export interface UndoFieldsInput {
  readonly object: ObjectKey;
  readonly changes: readonly FieldChange[];
}

/** Gives fields the values back that they had before an action, if they still have those that it gave them. */
export const undoFields = defineAction<ResourceKey, UndoFieldsInput>({
  id: "undo_fields",
  target: ({ object }) => object,
  needs: ({ object: { namespace } }) =>
    namespace === "" ? [{ resource: "nodes" }] : workloadNeeds(namespace),
  plan({ object, changes }, before) {
    const { target } = before;
    const drifted = changes.filter(({ path, after }) => !isDeepStrictEqual(valueAt(target, path), after));
    if (drifted.length > 0) {
      const paths = drifted.map(({ path }) => path).join(", ");
      return { refused: "drifted", message: `${nameOf(refOf(target))} was changed since at ${paths}.` };
    }
    return {
      summary: `Give ${changes.map(({ path }) => path).join(", ")} of ${nameOf(refOf(target))} the earlier value back.`,
      writes: [{ verb: "patch", object, patch: { type: "json", value: changes.map(restoring) } }],
      facts: { restored: changes.map(({ path, before: value }) => ({ path, value: value ?? null })) },
      undo: { by: "nothing", why: "It takes an action back itself." },
      ends: endingByReplicas(before, changes),
      rollsOut: changes.some(({ path }) => path.startsWith("/spec/template/")),
    };
  },
  verify({ changes }, { rollsOut }, { target, objects }) {
    if (!target) return { state: "failed", message: "It was deleted meanwhile." };
    const isRolled = ["Deployment", "StatefulSet", "DaemonSet"].includes(target.kind);
    if (!isRolled) return { state: "done", message: `${nameOf(refOf(target))} is as it was before.` };
    const workload = target as Rolled;
    const replicas = changes.find(isOfReplicas);
    if (replicas) {
      const scalable = workload as ObjectOf<"deployments">;
      return scaled(Number(replicas.before), { target: scalable, objects });
    }
    if (!rollsOut && isPaused(workload)) return { state: "done", message: `${named(workload)} is paused` };
    return rolledOut(workload);
  },
});

function restoring({ path, before, after }: FieldChange): JsonPatchOperation {
  if (before === undefined) return { op: "remove", path };
  return { op: after === undefined ? "add" : "replace", path, value: before };
}

function isOfReplicas({ path }: FieldChange): boolean {
  return path === "/spec/replicas";
}

function endingByReplicas(before: Before, changes: readonly FieldChange[]): Planned["ends"] {
  const replicas = changes.find(isOfReplicas);
  if (!replicas) return [];
  const target = before.target as KubeObject as ObjectOf<"deployments">;
  return endingPods({ ...before, target }, { from: Number(replicas.after), to: Number(replicas.before) });
}
