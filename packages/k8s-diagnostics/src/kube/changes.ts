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
 * The writes that managedFields tell of, newest first, those of the status left out. A manager's later write replaces
 * its earlier one.
 * Source: k8s.io/apimachinery pkg/apis/meta/v1 ManagedFieldsEntry
 */
export function writesOf({ metadata }: Pick<KubeObject, "metadata">): readonly LastWrite[] {
  return (metadata.managedFields ?? [])
    .flatMap(({ time, subresource = "", manager = "" }) =>
      time === undefined || subresource === "status" ? [] : [{ at: String(time), manager, subresource }],
    )
    .toSorted((a, b) => (a.at < b.at ? 1 : -1));
}

/** The newest write by the times of managedFields, else its creation. Undefined when neither is known. */
export function lastWrite(object: Pick<KubeObject, "metadata">): LastWrite | undefined {
  const [newest] = writesOf(object);
  const created = object.metadata.creationTimestamp;
  return newest ?? (created === undefined ? undefined : { at: created, manager: "", subresource: "" });
}
