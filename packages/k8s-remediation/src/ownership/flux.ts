import type { KubeObject } from "@k8s-ops/k8s-cluster";
import { nameIn, type Owner, owner, writersOf } from "./owner.ts";

interface Toolkit {
  /** Its labels are `GROUP/name` and `GROUP/namespace`. */
  readonly group: string;
  readonly writer: string;
  readonly what: string;
  readonly way: string;
}

/** Source: https://fluxcd.io/flux/faq/, fluxcd/kustomize-controller main.go, fluxcd/helm-controller#238 */
const KUSTOMIZATION: Toolkit = {
  group: "kustomize.toolkit.fluxcd.io",
  writer: "kustomize-controller",
  what: "Flux Kustomization",
  way: "change it in the source that the Kustomization applies, or the next reconciliation reverts it.",
};
const HELM_RELEASE: Toolkit = {
  group: "helm.toolkit.fluxcd.io",
  writer: "helm-controller",
  what: "Flux HelmRelease",
  way: "change the values of the HelmRelease in its source, or its next upgrade or drift correction reverts it.",
};

export function flux(target: KubeObject): readonly Owner[] {
  return [KUSTOMIZATION, HELM_RELEASE]
    .filter((toolkit) => isOf(toolkit, target))
    .map(({ group, what, way }) => {
      const { labels } = target.metadata;
      return owner("flux", what, nameIn(labels?.[`${group}/namespace`], labels?.[`${group}/name`]), way);
    });
}

export function isHelmRelease(target: KubeObject): boolean {
  return isOf(HELM_RELEASE, target);
}

function isOf({ group, writer }: Toolkit, target: KubeObject): boolean {
  return target.metadata.labels?.[`${group}/name`] !== undefined || writersOf(target).has(writer);
}
