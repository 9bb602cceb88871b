import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";

/**
 * Set by a kubelet with an external cloud provider, until the cloud controller manager has seen the Node.
 * Source: k8s.io/cloud-provider api/well_known_taints.go
 */
export const UNINITIALIZED_TAINT = "node.cloudprovider.kubernetes.io/uninitialized";

export type CloudController = ObjectOf<"daemonSets"> | ObjectOf<"deployments">;

export function isUninitialized({ spec }: ObjectOf<"nodes">): boolean {
  return spec?.taints?.some(({ key }) => key === UNINITIALIZED_TAINT) ?? false;
}

/** The workload that runs the cloud controller manager, by its name, its images or its commands. */
export function cloudControllerOf({
  daemonSets,
  deployments,
}: Pick<Objects, "daemonSets" | "deployments">): CloudController | undefined {
  return [...daemonSets.all, ...deployments.all].find(({ metadata, spec }) => {
    const containers = spec?.template?.spec?.containers ?? [];
    const texts = [
      metadata.name,
      ...containers.flatMap(({ image = "", command = [], args = [] }) => [
        image,
        ...command,
        ...args.slice(0, 1),
      ]),
    ];
    return texts.some((text) => /cloud-controller(?:-manager)?\b/.test(text));
  });
}
