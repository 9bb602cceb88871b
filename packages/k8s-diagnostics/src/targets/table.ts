import type { KubeObject, ObjectOf, ObjectRef, Objects, ResourceKey } from "@k8s-ops/k8s-cluster";
import { routeParents } from "../kube/network/routes.ts";
import { isHealthyPod } from "../kube/pods.ts";
import { refOf, sameRef } from "../kube/refs.ts";
import { nodeStatus } from "../status/node.ts";
import { gatewayStatus, httpRouteStatus, ingressStatus } from "../status/routes.ts";
import { claimStatus, volumeStatus } from "../status/storage.ts";
import {
  cronJobStatus,
  daemonSetStatus,
  deploymentStatus,
  jobStatus,
  podStatus,
  replicaSetStatus,
  serviceStatus,
  type TargetStatus,
} from "../status/workloads.ts";

interface TargetKind {
  readonly resource: ResourceKey;
  status(object: KubeObject, objects: Objects): TargetStatus;
  /** Of a cluster-scoped kind: the namespaces to look into for one object, or all; known once the object is read. */
  namespaces(object: KubeObject | undefined): readonly string[] | "all";
  /** Other objects of which a fault belongs to the answer. */
  parts(object: KubeObject, objects: Objects): readonly ObjectRef[];
  /** Other objects whose troubles are told of, and are its own only where they are due to it. */
  guests(object: KubeObject, objects: Objects): readonly ObjectRef[];
}

interface Reach<K extends ResourceKey> {
  namespaces?(object: ObjectOf<K> | undefined): readonly string[] | "all";
  parts?(object: ObjectOf<K>, objects: Objects): readonly ObjectRef[];
  guests?(object: ObjectOf<K>, objects: Objects): readonly ObjectRef[];
}

function target<K extends ResourceKey>(
  resource: K,
  status: (object: ObjectOf<K>, objects: Objects) => TargetStatus,
  { namespaces = () => [], parts = () => [], guests = () => [] }: Reach<K> = {},
): TargetKind {
  return {
    resource,
    status: (object, objects) => status(object as ObjectOf<K>, objects),
    namespaces: (object) => namespaces(object as ObjectOf<K> | undefined),
    parts: (object, objects) => parts(object as ObjectOf<K>, objects),
    guests: (object, objects) => guests(object as ObjectOf<K>, objects),
  };
}

/** The kinds that can be asked about by name. */
export const TARGETS = {
  Pod: target("pods", podStatus),
  Deployment: target("deployments", deploymentStatus),
  StatefulSet: target("statefulSets", deploymentStatus),
  DaemonSet: target("daemonSets", daemonSetStatus),
  ReplicaSet: target("replicaSets", replicaSetStatus),
  Job: target("jobs", jobStatus),
  CronJob: target("cronJobs", cronJobStatus),
  Service: target("services", serviceStatus),
  PersistentVolumeClaim: target("persistentVolumeClaims", claimStatus, { parts: volumeOf }),
  PersistentVolume: target("persistentVolumes", volumeStatus, {
    namespaces: (volume) => {
      const namespace = volume?.spec?.claimRef?.namespace;
      return namespace === undefined ? [] : [namespace];
    },
  }),
  Node: target("nodes", nodeStatus, { namespaces: () => "all", guests: troubledPodsOn }),
  Ingress: target("ingresses", ingressStatus),
  Gateway: target("gateways", gatewayStatus, { parts: attachedRoutes }),
  HTTPRoute: target("httpRoutes", httpRouteStatus),
} as const satisfies Record<string, TargetKind>;

export type TargetName = keyof typeof TARGETS;

/** The kinds of workloads. */
export const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"] as const;
export type WorkloadKind = (typeof WORKLOADS)[number];

function volumeOf({ spec }: ObjectOf<"persistentVolumeClaims">): readonly ObjectRef[] {
  return spec?.volumeName ? [{ kind: "PersistentVolume", namespace: "", name: spec.volumeName }] : [];
}

/** Whoever asks about a Gateway asks for what it serves. */
function attachedRoutes(gateway: ObjectOf<"gateways">, { httpRoutes }: Objects): readonly ObjectRef[] {
  const own = refOf(gateway);
  return httpRoutes.all
    .filter((route) => routeParents(route).some((parent) => sameRef(parent, own)))
    .map(refOf);
}

/** A Pod that works is no part of the question what is wrong with its Node. */
function troubledPodsOn({ metadata }: ObjectOf<"nodes">, { pods }: Objects): readonly ObjectRef[] {
  return pods.all.filter((pod) => pod.spec?.nodeName === metadata.name && !isHealthyPod(pod)).map(refOf);
}
