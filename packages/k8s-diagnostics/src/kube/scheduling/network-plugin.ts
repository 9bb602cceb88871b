import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { controllerOf } from "../owners.ts";
import { isFinished, isReady } from "../pods.ts";
import { refOf } from "../refs.ts";

const DIRECTORIES = /^\/(?:etc|opt)\/(?:[a-z0-9]+\/)?cni\b|\/etc\/cni\b|\/cni\/(?:bin|net\.d)\b/;

/** The DaemonSets of usual network plug-ins, by their names in their own manifests. */
const PLUGINS =
  /^(?:cilium(?:-agent)?|calico-node|canal|kube-flannel-ds|weave-net|aws-node|antrea-agent|kindnet|kube-router|rke2-canal)$/;

/** Whether a usual network plug-in made the Pod, whatever it mounts. */
export function isUsualNetworkPlugin(pod: ObjectOf<"pods">): boolean {
  const owner = controllerOf(pod);
  return owner?.kind === "DaemonSet" && PLUGINS.test(owner.name);
}

/** The Pods of the network plug-in that are not ready, by Node: those that write its configuration or programs. */
export function brokenNetworkPlugins(
  objects: Pick<Objects, "pods">,
): ReadonlyMap<string, readonly ObjectRef[]> {
  const byNode = new Map<string, ObjectRef[]>();
  for (const pod of objects.pods.all) {
    const node = pod.spec?.nodeName;
    if (!node || isReady(pod) || isFinished(pod)) continue;
    if (!isNetworkPlugin(pod) && !isUsualNetworkPlugin(pod)) continue;
    byNode.set(node, [...(byNode.get(node) ?? []), refOf(pod)]);
  }
  return byNode;
}

/** Whether the Pod writes the configuration or the programs of a network plug-in to its Node. */
export function isNetworkPlugin({ spec }: ObjectOf<"pods">): boolean {
  return (
    spec?.hostNetwork === true &&
    (spec.volumes?.some(({ hostPath }) => hostPath !== undefined && DIRECTORIES.test(hostPath.path)) ?? false)
  );
}

/** Whether a kubelet says in its Ready condition that its Node has no network for Pods. */
export function lacksNetwork(message: string | undefined): boolean {
  return /NetworkPluginNotReady|cni plugin not initialized|cni config uninitialized/.test(message ?? "");
}
