import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineAction } from "../../action.ts";
import { stays } from "../../kubectl/drain.ts";
import { needsOf } from "../needs.ts";
import { type NodeInput, unschedulable } from "../node.ts";

type Pod = ObjectOf<"pods">;

const OF_NAMESPACES = ["pods", "replicaSets", "jobs", "podDisruptionBudgets"] as const;

/**
 * `kubectl drain --ignore-daemonsets` through the Eviction API: cordons the Node, then evicts side by side and waits
 * for budgets.
 */
export const drain = defineAction<"nodes", NodeInput>({
  id: "drain",
  target: ({ name }) => ({ resource: "nodes", namespace: "", name }),
  history: ({ name }) => ({ resource: "pods", namespace: "", fieldSelector: `spec.nodeName=${name}` }),
  needs: (_, pods) => [
    { resource: "nodes" },
    ...[...new Set(pods.map(({ metadata }) => metadata.namespace))].flatMap((namespace) =>
      needsOf(namespace, OF_NAMESPACES),
    ),
  ],
  plan({ name }, { target, history }) {
    const pods = history as readonly Pod[];
    const ends = pods.filter((pod) => stays(pod) === undefined);
    const isCordoned = target.spec?.unschedulable === true;
    if (ends.length === 0 && isCordoned) return { unchanged: `node/${name} drained` };
    const cordoning = unschedulable(name, true);
    return {
      summary: `Drain Node ${name}: cordon it and evict ${ends.length} Pods; ${pods.length - ends.length} Pods of DaemonSets and static Pods stay.`,
      writes: [
        ...(isCordoned ? [] : cordoning.writes),
        ...ends.map(({ metadata: { namespace, name: pod, uid = "" } }) => ({
          verb: "evict" as const,
          object: { resource: "pods" as const, namespace, name: pod },
          uid,
        })),
      ],
      facts: { evicted: ends.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort() },
      undo: isCordoned
        ? { by: "nothing", why: "The Node was cordoned before, and evicted Pods do not move back." }
        : cordoning.undo,
      ends,
      waitsForBudgets: true,
      warnings: isCordoned ? [] : ["Taking it back uncordons the Node; evicted Pods do not move back."],
    };
  },
  verify({ name }, { ends }, { target, objects }) {
    if (!target) return { state: "failed", message: `node/${name} was deleted meanwhile` };
    if (!target.spec?.unschedulable)
      return { state: "failed", message: `node/${name} was uncordoned meanwhile` };
    const uids = new Set(ends.map(({ metadata }) => metadata.uid));
    const left = objects.pods.all.filter(({ metadata }) => uids.has(metadata.uid));
    return left.length === 0
      ? { state: "done", message: `node/${name} drained` }
      : { state: "waiting", message: `${left.length} of ${ends.length} Pods have not ended yet.` };
  },
});
