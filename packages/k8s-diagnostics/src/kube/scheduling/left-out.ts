import type { ObjectOf, ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Evidence, Remedy } from "../../check.ts";
import { fieldEvidence } from "../evidence.ts";
import { isQualifiedName } from "../grammar.ts";
import { nameOf, refOf } from "../refs.ts";
import { nodeMismatches } from "./node-affinity.ts";
import { CORDON_TAINT, type Taint, tolerates, untoleratedTaints } from "./tolerations.ts";
import { tolerationsPatch } from "./tolerations-patch.ts";

type DaemonSet = ObjectOf<"daemonSets">;

/** Why a DaemonSet makes no Pod for a Node: the taint that it does not tolerate, or what it asks of the Node in vain. */
export interface LeftOut {
  /** What keeps it away, as the end of a sentence. */
  readonly reason: string;
  readonly evidence: readonly [Evidence, ...Evidence[]];
  readonly remedies: readonly Remedy[];
}

/**
 * What every Pod of a DaemonSet tolerates.
 * Source: k8s.io/kubernetes pkg/controller/daemon/util AddOrUpdateDaemonPodTolerations
 */
const ALWAYS = new Set([
  "node.kubernetes.io/not-ready",
  "node.kubernetes.io/unreachable",
  "node.kubernetes.io/disk-pressure",
  "node.kubernetes.io/memory-pressure",
  "node.kubernetes.io/pid-pressure",
  CORDON_TAINT,
]);
const OF_HOST_NETWORK = "node.kubernetes.io/network-unavailable";

/** The template of a DaemonSet as the Pod that would run. */
export function templateAsPod({ metadata, spec }: DaemonSet): ObjectOf<"pods"> {
  return { apiVersion: "v1", kind: "Pod", metadata, spec: spec?.template?.spec } as ObjectOf<"pods">;
}

export function leftOut(set: DaemonSet, node: ObjectOf<"nodes">): LeftOut | undefined {
  const pod = templateAsPod(set);
  const object = refOf(set);
  const [mismatch] = nodeMismatches(pod, node);
  const [taint] = daemonTaints(pod, node);
  if (taint && isQualifiedName(taint.key)) return byTaint(object, pod, refOf(node), taint);
  if (!mismatch) return undefined;
  return {
    reason: `it does not select ${nameOf(refOf(node))}`,
    evidence: [
      fieldEvidence(object, `spec.template.spec.${mismatch.path}`, mismatch.wanted.join(", ")),
      fieldEvidence(refOf(node), `metadata.labels[${mismatch.key}]`, mismatch.actual),
    ],
    remedies: [
      {
        step: `Correct the selection of Nodes in spec.template.spec of ${nameOf(object)}, or give ${nameOf(refOf(node))} the labels that it selects.`,
        object,
      },
    ],
  };
}

function daemonTaints(pod: ObjectOf<"pods">, node: ObjectOf<"nodes">): readonly Taint[] {
  const hostNetwork = pod.spec?.hostNetwork === true;
  return untoleratedTaints(node, pod.spec?.tolerations).filter(
    ({ key }) => !ALWAYS.has(key) && !(hostNetwork && key === OF_HOST_NETWORK),
  );
}

function byTaint(object: ObjectRef, pod: ObjectOf<"pods">, node: ObjectRef, taint: Taint): LeftOut {
  const tolerations = pod.spec?.tolerations ?? [];
  const patch = tolerationsPatch(object.kind, tolerations, taint);
  const other = tolerations.some((each) => tolerates(each, { ...taint, effect: otherEffect(taint) }));
  return {
    reason: `it does not tolerate the taint ${taint.key} of ${nameOf(node)}`,
    evidence: [
      fieldEvidence(node, `spec.taints[${taint.key}]`, taint),
      fieldEvidence(object, "spec.template.spec.tolerations", tolerations),
    ],
    remedies: [
      {
        step: `Add a toleration of ${taint.key} to spec.template.spec.tolerations of ${nameOf(object)}${other ? `: it tolerates that key with the effect ${otherEffect(taint)} only` : ""}.`,
        object,
        ...(patch && { patch }),
      },
      {
        step: `Or remove the taint ${taint.key} from ${nameOf(node)}, when it is no longer meant.`,
        object: node,
      },
    ],
  };
}

function otherEffect({ effect }: Taint): string {
  return effect === "NoExecute" ? "NoSchedule" : "NoExecute";
}
