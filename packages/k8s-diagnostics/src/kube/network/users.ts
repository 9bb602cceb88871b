import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { configuredAddresses } from "../config/addresses.ts";
import { workloadOf } from "../owners.ts";
import { placesOf } from "../places.ts";
import { refKey } from "../refs.ts";
import { clientGroups } from "./clients.ts";
import { intendedService } from "./service-hosts.ts";

type Read = Pick<
  Objects,
  "pods" | "replicaSets" | "jobs" | "logs" | "configMaps" | "services" | "namespaces"
>;

const known = new WeakMap<Objects["pods"], ReadonlyMap<string, readonly ObjectRef[]>>();

/** The Pods and workloads that are configured with the name of a Service, as far as they were read. */
export function usersOf(service: ObjectRef, objects: Read, asOf: string): readonly ObjectRef[] {
  const index = known.get(objects.pods) ?? indexed(objects, asOf);
  known.set(objects.pods, index);
  return index.get(refKey(service)) ?? [];
}

function indexed(objects: Read, asOf: string): ReadonlyMap<string, readonly ObjectRef[]> {
  const uses = clientGroups(objects, asOf).flatMap(({ pod, pods }) => {
    const users = [...pods, workloadOf(pod, objects)];
    const services = placesOf(pod, objects).flatMap((place) =>
      configuredAddresses(place, objects).flatMap(
        ({ host }) => intendedService(host, pod.metadata.namespace, objects) ?? [],
      ),
    );
    return [...new Set(services.map(refKey))].map((key) => ({ key, users }));
  });
  const groups = Map.groupBy(uses, ({ key }) => key);
  return new Map([...groups].map(([key, list]) => [key, list.flatMap(({ users }) => users)]));
}
