import type { KubeObject, ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineAction } from "../../action.ts";
import { selectorQuery } from "../../kubectl/label-selector.ts";
import { controllerRollback, deploymentRollback, LAST_APPLIED } from "../../kubectl/revisions.ts";
import { named, type Rolled, type RolledInput, type RolledResource, rolled, rolledOut } from "../rolled.ts";

export interface RollbackInput extends RolledInput {
  /** 0: the one before the newest. */
  readonly revision: number;
}

/** `kubectl rollout undo` of Deployments, StatefulSets and DaemonSets. */
export const rollback = defineAction<RolledResource, RollbackInput>({
  id: "rollback",
  ...rolled,
  history: ({ resource, namespace }, { spec }) => ({
    resource: resource === "deployments" ? "replicaSets" : "controllerRevisions",
    namespace,
    labelSelector: selectorQuery(spec?.selector),
  }),
  plan({ resource, namespace, name, revision: wanted }, { target, history }) {
    const found = restoration(target, history, wanted);
    if (!("patch" in found)) return found;
    const { patch, revision, left } = found;
    const object = { resource, namespace, name };
    return {
      summary: `Roll ${named(target)} back to revision ${revision}.`,
      writes: [{ verb: "patch", object, patch }],
      facts: { revision, ...(left !== undefined && { old_revision: left }) },
      undo:
        left === undefined || left === 0
          ? { by: "nothing", why: "What it has now is no revision of its history." }
          : { by: "revision", object, revision: left },
      ends: [],
      rollsOut: true,
      ...(target.metadata.annotations?.[LAST_APPLIED] !== undefined && {
        warnings: [
          "It was made with kubectl apply: the next apply of the same file brings the newer revision back. Change the file, too.",
        ],
      }),
    };
  },
  verify: (_, __, { target }) => rolledOut(target),
});

function restoration(target: Rolled, history: readonly KubeObject[], wanted: number) {
  return target.kind === "Deployment"
    ? deploymentRollback(target as ObjectOf<"deployments">, history as ObjectOf<"replicaSets">[], wanted)
    : controllerRollback(
        target as ObjectOf<"statefulSets">,
        history as ObjectOf<"controllerRevisions">[],
        wanted,
      );
}
