import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isLabelValue } from "../grammar.ts";
import { podSpecPatch } from "../patch.ts";

/** The only other architecture that the cluster has, which the image may be built for. */
export function otherArchitecture(
  kind: string,
  node: ObjectOf<"nodes"> | undefined,
  { nodes }: Pick<Objects, "nodes">,
) {
  const all = new Set(nodes.all.flatMap(({ status }) => status?.nodeInfo?.architecture ?? []));
  const [other, ...more] = [...all].filter((each) => each !== node?.status?.nodeInfo?.architecture);
  if (!node || other === undefined || more.length > 0 || !isLabelValue(other)) return {};
  return { patch: podSpecPatch(kind, { nodeSelector: { "kubernetes.io/arch": other } }) };
}
