import type { KubeObject, ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isFinished, isReady, isTerminating } from "@k8s-ops/k8s-diagnostics/kube";
import { replicasChange } from "../effects.ts";
import { definePrecondition, type Situation } from "../precondition.ts";
import { told, toldPods } from "../told.ts";

type Pod = ObjectOf<"pods">;
type Owner = Pick<NonNullable<KubeObject["metadata"]["ownerReferences"]>[number], "kind" | "name" | "uid">;

/** Ending the last Ready Pod of a workload interrupts what it does. One that is not Ready may always be ended. */
export const lastReadyReplica = definePrecondition({
  code: "last_ready_replica",
  when: "no other Pod of its workload is Ready",
  liftedBy: "call",
  judgesBy: ({ target, planned }) => {
    const change = replicasChange(target, planned);
    const endsPods = planned.ends.length > 0 || (change !== undefined && change.to < change.from);
    return endsPods ? ["pods", "replicaSets"] : [];
  },
  judge(situation) {
    const last = lastOnes(situation);
    if (last.length > 0) {
      return [
        {
          verdict: "refuse",
          message: `Nothing else of its workload is Ready once ${toldPods(last)} ends.`,
          override: "call",
        },
      ];
    }
    if (!endsAllByStatus(situation)) return [];
    return [
      {
        verdict: "refuse",
        message: `${told(situation.target)} has Ready Pods, and none with 0 replicas.`,
        override: "call",
      },
    ];
  },
});

/** The Ready Pods that end and leave no other Ready Pod of their workload. */
function lastOnes({ planned: { ends }, objects }: Situation): readonly Pod[] {
  const ready = ends.filter(isServing);
  if (ready.length === 0) return [];
  const ending = new Set(ends.map(({ metadata }) => metadata.uid));
  const unwanted = unwantedWorkloads(objects);
  const survivors = new Set(
    objects.pods.all
      .filter((pod) => isServing(pod) && !ending.has(pod.metadata.uid))
      .map((pod) => workloadKey(pod, objects)),
  );
  return ready.filter((pod) => {
    const key = workloadKey(pod, objects);
    return key !== undefined && !survivors.has(key) && !unwanted.has(key);
  });
}

/** Workloads whose ReplicaSets want no Pods at all. */
function unwantedWorkloads({ replicaSets }: Objects): ReadonlySet<string> {
  const byWorkload = Map.groupBy(replicaSets.all, replicaSetKey);
  return new Set(
    [...byWorkload].flatMap(([key, sets]) => (sets.every(({ spec }) => spec?.replicas === 0) ? [key] : [])),
  );
}

function isServing(pod: Pod): boolean {
  return isReady(pod) && !isFinished(pod) && !isTerminating(pod);
}

/**
 * What tells the Pod's workload from others; undefined when it has none that serves. Only owner references count: a
 * label could make the Pods of others look like the workload's.
 */
function workloadKey({ metadata }: Pod, { replicaSets }: Objects): string | undefined {
  const controller = controllerReference(metadata);
  if (!controller || controller.kind === "Node" || controller.kind === "Job") return undefined;
  const set =
    controller.kind === "ReplicaSet" ? replicaSets.get(metadata.namespace, controller.name) : undefined;
  return set ? replicaSetKey(set) : keyOf(metadata.namespace, controller);
}

function replicaSetKey({ kind, metadata }: ObjectOf<"replicaSets">): string {
  const { namespace, name, uid = "" } = metadata;
  return keyOf(namespace, controllerReference(metadata) ?? { kind, name, uid });
}

function controllerReference({ ownerReferences }: KubeObject["metadata"]): Owner | undefined {
  return ownerReferences?.find(({ controller }) => controller);
}

function keyOf(namespace: string, { kind, name, uid }: Owner): string {
  return `${kind}/${namespace}/${name}/${uid}`;
}

/** The workload's own word counts where its Pods cannot be told. */
function endsAllByStatus({ target, planned }: Situation): boolean {
  const { status } = target as { status?: { readyReplicas?: number } };
  return replicasChange(target, planned)?.to === 0 && (status?.readyReplicas ?? 0) > 0;
}
