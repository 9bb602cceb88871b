import type { KubeObject, ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { refOf } from "./refs.ts";

/** The owner reference with `controller: true`, in the object's namespace. */
export function controllerOf({ metadata }: KubeObject): ObjectRef | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  return owner && { kind: owner.kind, namespace: metadata.namespace, name: owner.name };
}

/**
 * The object in which a person changes this Pod: its Deployment, StatefulSet, DaemonSet, CronJob, Job, …; the Pod
 * itself when nothing controls it.
 */
export function workloadOf(pod: ObjectOf<"pods">, objects: Pick<Objects, "replicaSets" | "jobs">): ObjectRef {
  const controller = controllerOf(pod);
  // The kubelet makes a static Pod's owner its Node.
  if (!controller || controller.kind === "Node") return refOf(pod);
  return parentWorkload(controller, objects) ?? deploymentByHash(pod, controller, objects) ?? controller;
}

/** A ReplicaSet that was not read belongs to a Deployment when its name ends in the hash that only Deployments give. */
function deploymentByHash(
  { metadata }: ObjectOf<"pods">,
  { kind, namespace, name }: ObjectRef,
  { replicaSets }: Pick<Objects, "replicaSets">,
): ObjectRef | undefined {
  const suffix = `-${metadata.labels?.["pod-template-hash"]}`;
  if (kind !== "ReplicaSet" || !name.endsWith(suffix) || replicaSets.get(namespace, name)) return undefined;
  return { kind: "Deployment", namespace, name: name.slice(0, -suffix.length) };
}

/** The Deployment of a ReplicaSet, the CronJob of a Job. */
export function parentWorkload(
  { kind, namespace, name }: ObjectRef,
  objects: Pick<Objects, "replicaSets" | "jobs">,
): ObjectRef | undefined {
  const object =
    kind === "ReplicaSet"
      ? objects.replicaSets.get(namespace, name)
      : kind === "Job"
        ? objects.jobs.get(namespace, name)
        : undefined;
  return object && controllerOf(object);
}

/** Path of the Pod template in each kind of workload; `""` for a Pod. */
export function podSpecPath(kind: string): string {
  if (kind === "Pod") return "spec";
  return kind === "CronJob" ? "spec.jobTemplate.spec.template.spec" : "spec.template.spec";
}
