import type { KubeObject } from "@k8s-ops/k8s-cluster";

/** Who wrote an object last, its status apart, and when. */
export interface LastWrite {
  /** RFC 3339 */
  readonly at: string;
  /** The field manager, e.g. `kubectl-edit`, `helm`, `argocd-controller`; `""` when it is not known. */
  readonly manager: string;
  /** e.g. `scale`; `""` for the object itself. */
  readonly subresource: string;
}

/**
 * The newest write by the times of managedFields, else its creation. Undefined when neither is known.
 * Source: k8s.io/apimachinery pkg/apis/meta/v1 ManagedFieldsEntry
 */
export function lastWrite({ metadata }: Pick<KubeObject, "metadata">): LastWrite | undefined {
  const writes = (metadata.managedFields ?? [])
    .filter(({ time, subresource }) => time !== undefined && subresource !== "status")
    .toSorted((a, b) => (String(a.time) < String(b.time) ? 1 : -1));
  const [newest] = writes;
  if (newest) {
    return { at: String(newest.time), manager: newest.manager ?? "", subresource: newest.subresource ?? "" };
  }
  const created = metadata.creationTimestamp;
  return created === undefined ? undefined : { at: created, manager: "", subresource: "" };
}
