import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Place } from "../../kube/places.ts";
import type { WorkloadSources } from "../../kube/workloads.ts";

export type Read = Pick<Objects, "namespaces" | "networkPolicies" | "jobs"> & WorkloadSources;

/** The container that uses the Service, and how it does. */
export interface Client {
  readonly place: Place;
  readonly troubled: readonly ObjectRef[];
  readonly isSilent: boolean;
}
