import type { ObjectOf } from "@k8s-ops/k8s-cluster";

type Pod = ObjectOf<"pods">;
type PodSpec = NonNullable<Pod["spec"]>;
type PodStatus = NonNullable<Pod["status"]>;

export type ContainerSpec = PodSpec["containers"][number];
export type ContainerStatus = NonNullable<PodStatus["containerStatuses"]>[number];
export type ContainerRole = "container" | "init" | "sidecar";

/** A container of a Pod with what its status says. A sidecar is an init container that restarts always (KEP-753). */
export interface PodContainer {
  readonly name: string;
  readonly role: ContainerRole;
  readonly spec: ContainerSpec;
  readonly status: ContainerStatus | undefined;
  /** e.g. `status.containerStatuses[app]`; with `spec.containers[app]` its counterpart in the spec. */
  readonly statusPath: string;
  readonly specPath: string;
}

/** Init containers first, as the kubelet starts them. */
export function containersOf(pod: Pod): readonly PodContainer[] {
  return [
    ...(pod.spec?.initContainers ?? []).map((spec) =>
      describe(spec, spec.restartPolicy === "Always" ? "sidecar" : "init", pod.status?.initContainerStatuses),
    ),
    ...(pod.spec?.containers ?? []).map((spec) => describe(spec, "container", pod.status?.containerStatuses)),
  ];
}

function describe(
  spec: ContainerSpec,
  role: ContainerRole,
  statuses: readonly ContainerStatus[] | undefined,
): PodContainer {
  const list = role === "container" ? "containers" : "initContainers";
  const statusList = role === "container" ? "containerStatuses" : "initContainerStatuses";
  return {
    name: spec.name,
    role,
    spec,
    status: statuses?.find(({ name }) => name === spec.name),
    statusPath: `status.${statusList}[${spec.name}]`,
    specPath: `${list}[${spec.name}]`,
  };
}

/** How the last run of the container ended: the current state when it has ended, else the state before. */
export function lastTermination({ status }: PodContainer) {
  return status?.state?.terminated ?? status?.lastState?.terminated;
}

/** Whether the container works now: running and ready, or (init) finished well. */
export function isContainerHealthy({ role, status }: PodContainer): boolean {
  if (role === "init") return status?.state?.terminated?.exitCode === 0;
  return status?.state?.running !== undefined && status.ready;
}
