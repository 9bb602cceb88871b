import type { KubeObject } from "@k8s-ops/k8s-cluster";
import { nameIn, type Owner, owner, writersOf } from "./owner.ts";

const MANAGED_BY = "app.kubernetes.io/managed-by";
const RELEASE = "meta.helm.sh/release-name";
const RELEASE_NAMESPACE = "meta.helm.sh/release-namespace";

/**
 * Charts set the label, too, when another tool applies what they render: then the annotations are missing.
 * Source: helm/helm pkg/action/validate.go
 */
export function helm(target: KubeObject): readonly Owner[] {
  const { annotations, labels } = target.metadata;
  if (!isHelmsOwn(target) && labels?.[MANAGED_BY] !== "Helm") return [];
  const name = nameIn(annotations?.[RELEASE_NAMESPACE], annotations?.[RELEASE]);
  return [
    owner(
      "helm",
      "Helm release",
      name,
      "change the values of the release with helm upgrade, or the next upgrade reverts it.",
    ),
  ];
}

/** Whether Helm itself applied the object, rather than another tool what a chart renders. */
export function isHelmsOwn(target: KubeObject): boolean {
  return target.metadata.annotations?.[RELEASE] !== undefined || writersOf(target).has("helm");
}
