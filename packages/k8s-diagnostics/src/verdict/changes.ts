import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../check.ts";
import { lastWrite } from "../kube/changes.ts";
import { configView, requiredReferences } from "../kube/config/config-refs.ts";
import { fieldEvidence } from "../kube/evidence.ts";
import { refKey, refOf } from "../kube/refs.ts";
import { nodeCondition } from "../kube/scheduling/node-conditions.ts";
import { secondsBetween } from "../kube/time.ts";

const WINDOW_SECONDS = 900;
/** What is applied together is written within moments; that is no change. */
const SAME_TIME_SECONDS = 60;
const MAX_PODS = 5;
const MAX_CHANGES = 2;
const NODE_CONDITIONS = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/**
 * What changed shortly before the trouble of these Pods began: the ConfigMaps and Secrets that they read, and the
 * conditions of their Nodes. Changes of a Pod template are told with the revisions, see kube/rollout.ts.
 */
export function changesBefore(
  since: string | undefined,
  refs: Iterable<ObjectRef>,
  objects: Objects,
): readonly Evidence[] {
  if (since === undefined) return [];
  const pods = podsAmong(refs, objects);
  const changes = pods.flatMap((pod) => [
    ...configChanges(pod, since, objects),
    ...nodeChanges(pod, since, objects),
  ]);
  return [...new Map(changes.map((change) => [refKey(change.object), change])).values()].slice(
    0,
    MAX_CHANGES,
  );
}

function podsAmong(refs: Iterable<ObjectRef>, objects: Objects): readonly ObjectOf<"pods">[] {
  const pods: ObjectOf<"pods">[] = [];
  for (const { kind, namespace, name } of refs) {
    const pod = kind === "Pod" ? objects.pods.get(namespace, name) : undefined;
    if (pod) pods.push(pod);
    if (pods.length === MAX_PODS) break;
  }
  return pods;
}

function configChanges(pod: ObjectOf<"pods">, since: string, objects: Objects): readonly Evidence[] {
  return requiredReferences(pod).flatMap(({ kind, name }) => {
    const object = configView(kind, objects).get(pod.metadata.namespace, name);
    const write = object && lastWrite(object);
    if (!object || !write || !isJustBefore(write.at, since)) return [];
    const age = secondsBetween(object.metadata.creationTimestamp, write.at) ?? 0;
    if (age < SAME_TIME_SECONDS) return [];
    return [fieldEvidence(refOf(object), `metadata.managedFields[${write.manager}].time`, write.at)];
  });
}

function nodeChanges(pod: ObjectOf<"pods">, since: string, objects: Objects): readonly Evidence[] {
  const node = objects.nodes.get("", pod.spec?.nodeName ?? "");
  if (!node) return [];
  return NODE_CONDITIONS.flatMap((type) => {
    const condition = nodeCondition(node, type);
    if (!condition || (condition.status === "True") === (type === "Ready")) return [];
    if (!isJustBefore(condition.lastTransitionTime, since)) return [];
    return [
      fieldEvidence(refOf(node), `status.conditions[${type}]`, {
        status: condition.status,
        lastTransitionTime: condition.lastTransitionTime,
      }),
    ];
  });
}

function isJustBefore(time: string | undefined, since: string): boolean {
  const seconds = secondsBetween(time, since);
  return seconds !== undefined && seconds >= 0 && seconds <= WINDOW_SECONDS;
}
