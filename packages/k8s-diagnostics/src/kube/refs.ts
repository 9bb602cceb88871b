import type { KubeObject, ObjectRef } from "@k8s-ops/k8s-cluster";

export function refOf({ kind, metadata }: KubeObject): ObjectRef {
  return { kind, namespace: metadata.namespace, name: metadata.name };
}

export function refKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}

export function sameRef(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

/** As sentences name it: `Deployment web`. */
export function nameOf({ kind, name }: ObjectRef): string {
  return `${kind} ${name}`;
}
