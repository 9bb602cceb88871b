import { ClusterError } from "../errors.ts";
import { assertNamespace, assertObjectName } from "../snapshot/names.ts";
import { RESOURCES } from "../snapshot/resources.ts";
import type { Need } from "../snapshot/snapshot.ts";

/** The segments that lead to an object or a list. @throws ClusterError `invalid_name` */
export function apiPath({ resource, namespace, name }: Need): readonly string[] {
  const { apiVersion, namespaced, kind } = RESOURCES[resource];
  if (namespace !== undefined) assertNamespace(namespace);
  if (name !== undefined) assertObjectName(name, "name");
  if (namespaced && name !== undefined && namespace === undefined) {
    throw new ClusterError(
      "invalid_name",
      `A ${kind} is read by namespace and name; the namespace is missing.`,
    );
  }
  return [
    ...(apiVersion.includes("/") ? ["apis", ...apiVersion.split("/")] : ["api", apiVersion]),
    ...(namespaced && namespace !== undefined ? ["namespaces", namespace] : []),
    resource.toLowerCase(),
    ...(name === undefined ? [] : [name]),
  ];
}
