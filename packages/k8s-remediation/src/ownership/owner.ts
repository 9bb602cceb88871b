import { isDnsLabel, isDnsSubdomain, type KubeObject } from "@k8s-ops/k8s-cluster";

/** Who writes an object again and again, so that what others change does not last. */
export interface Owner {
  readonly manager: "argo_cd" | "flux" | "helm" | "operator" | "hpa";
  /** As its own tools name it; absent when the cluster does not tell, or tells something that is no name. */
  readonly name?: string;
  /** A sentence that names it and says where to make the change instead. */
  readonly instead: string;
}

/** Names of who wrote the object's fields, its status apart. */
export function writersOf({ metadata }: KubeObject): ReadonlySet<string> {
  const entries = (metadata.managedFields ?? []).filter(({ subresource }) => subresource !== "status");
  return new Set(entries.map(({ manager = "" }) => manager));
}

/** `NAMESPACE/NAME` or `NAME`; undefined unless both are Kubernetes names. */
export function nameIn(namespace: string | undefined, name: string | undefined): string | undefined {
  if (name === undefined || !isDnsSubdomain(name)) return undefined;
  if (namespace === undefined || namespace === "") return name;
  return isDnsLabel(namespace) ? `${namespace}/${name}` : undefined;
}

/** Puts the name, where there is one, behind what it is the name of. */
export function owner(manager: Owner["manager"], what: string, name: string | undefined, way: string): Owner {
  return {
    manager,
    ...(name !== undefined && { name }),
    instead: `${what}${name === undefined ? "" : ` ${name}`}: ${way}`,
  };
}
