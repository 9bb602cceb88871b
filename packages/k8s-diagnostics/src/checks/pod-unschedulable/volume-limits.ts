import type { Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { refOf } from "../../kube/refs.ts";
import type { PlacementFailure } from "../../kube/scheduling/placement-failures.ts";

const MAX_NODES = 2;

/**
 * The CSI drivers of which the Nodes have attached as many volumes as they can.
 * Source: k8s.io/kubernetes pkg/scheduler/framework/plugins/nodevolumelimits/csi.go
 */
export function fullDrivers(
  { placement, message }: PlacementFailure,
  objects: Pick<Objects, "csiNodes" | "volumeAttachments">,
): readonly Evidence[] {
  if (!message?.clauses.some(({ kind }) => kind === "volume_limit")) return [];
  const names = new Set(placement?.nodes.map(({ node }) => node.metadata.name));
  const attached = new Map<string, number>();
  for (const { spec } of objects.volumeAttachments.all) {
    const key = `${spec?.nodeName} ${spec?.attacher}`;
    attached.set(key, (attached.get(key) ?? 0) + 1);
  }
  return objects.csiNodes.all
    .filter(({ metadata }) => names.has(metadata.name))
    .flatMap((node) =>
      (node.spec?.drivers ?? []).flatMap(({ name, allocatable }) => {
        const count = attached.get(`${node.metadata.name} ${name}`) ?? 0;
        const limit = allocatable?.count;
        if (limit === undefined || count < limit || !isQualifiedName(name)) return [];
        return [
          fieldEvidence(
            refOf(node),
            `spec.drivers[${name}].allocatable.count`,
            `${limit}, ${count} attached`,
          ),
        ];
      }),
    )
    .slice(0, MAX_NODES);
}
