import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { isTerminating } from "@k8s-ops/k8s-diagnostics/kube";
import { takesNodeAway } from "../effects.ts";
import { definePrecondition } from "../precondition.ts";
import { told } from "../told.ts";

type Node = ObjectOf<"nodes">;

/** Without another Node that takes Pods, evicted ones stay Pending, and so does everything new. */
export const lastSchedulableNode = definePrecondition({
  code: "last_schedulable_node",
  when: "no other Node is Ready and takes Pods",
  liftedBy: "call",
  judgesBy: ({ target, planned }) => (takesNodeAway(target, planned) ? ["nodes"] : []),
  judge({ target, planned, objects }) {
    if (!takesNodeAway(target, planned)) return [];
    const node = target as Node;
    const others = objects.nodes.all.filter(({ metadata }) => metadata.name !== node.metadata.name);
    if (others.some((other) => takesPods(other) && takesTheSame(other, node))) return [];
    return [
      {
        verdict: "refuse",
        message: `No Node other than ${told(node)} is known to be Ready and to take its Pods.`,
        override: "call",
      },
    ];
  },
});

function takesPods(node: Node): boolean {
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True" && node.spec?.unschedulable !== true && !isTerminating(node);
}

/** Pods that run on a Node tolerate its taints; that they tolerate others is not known. */
function takesTheSame(other: Node, { spec }: Node): boolean {
  const tolerated = new Set(spec?.taints?.map(taintKey));
  return (other.spec?.taints ?? []).every(
    (taint) => taint.effect === "PreferNoSchedule" || tolerated.has(taintKey(taint)),
  );
}

function taintKey({
  key,
  value = "",
  effect,
}: NonNullable<NonNullable<Node["spec"]>["taints"]>[number]): string {
  return `${key}=${value}:${effect}`;
}
