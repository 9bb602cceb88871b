import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { takesNodeAway } from "../effects.ts";
import { definePrecondition } from "../precondition.ts";
import { told } from "../told.ts";

type Node = ObjectOf<"nodes">;

/** Keys of labels and taints; the older is still found. Source: https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const ROLES = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"] as const;

/** The cluster's own Pods live on Nodes of the control plane. */
export const controlPlaneNode = definePrecondition({
  code: "control_plane_node",
  when: "the Node belongs to the control plane",
  liftedBy: "call",
  judge({ target, planned }) {
    if (!takesNodeAway(target, planned) || !isControlPlane(target as Node)) return [];
    return [
      { verdict: "refuse", message: `${told(target)} belongs to the control plane.`, override: "call" },
    ];
  },
});

function isControlPlane({ metadata, spec }: Node): boolean {
  return ROLES.some(
    (role) => metadata.labels?.[role] !== undefined || spec?.taints?.some(({ key }) => key === role),
  );
}
