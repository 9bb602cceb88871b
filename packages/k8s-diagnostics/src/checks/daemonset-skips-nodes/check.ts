import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { templateAsPod } from "../../kube/scheduling/left-out.ts";
import { type NodeMismatch, nodeMismatches } from "../../kube/scheduling/node-affinity.ts";
import {
  isConditionTaint,
  isControlPlaneTaint,
  passingTaint,
  untoleratedTaints,
} from "../../kube/scheduling/tolerations.ts";
import { tolerationsPatch } from "../../kube/scheduling/tolerations-patch.ts";

type DaemonSet = ObjectOf<"daemonSets">;
type Node = ObjectOf<"nodes">;

export const daemonsetSkipsNodes = defineCheck({
  id: "daemonset_skips_nodes",
  title: "DaemonSet leaves Nodes out",
  when: "a DaemonSet without a selection of Nodes leaves some out because of a taint that people set, or one with a selection finds no Node at all",
  severity: "low",
  level: "cause",
  reads: ["daemonSets", "nodes"],
  run: ({ objects }) => {
    if (!objects.nodes.knows("") || objects.nodes.all.length === 0) return [];
    return objects.daemonSets.all
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap((set) =>
        selectsNodes(set) ? noNode(set, objects.nodes.all) : tainted(set, objects.nodes.all),
      );
  },
});

function selectsNodes({ spec }: DaemonSet): boolean {
  const { nodeSelector, affinity } = spec?.template?.spec ?? {};
  return Object.keys(nodeSelector ?? {}).length > 0 || affinity?.nodeAffinity !== undefined;
}

function noNode(set: DaemonSet, nodes: readonly Node[]): readonly Finding[] {
  if (set.status?.desiredNumberScheduled !== 0) return [];
  const pod = templateAsPod(set);
  const near = nodes
    .map((node) => ({ node, mismatches: nodeMismatches(pod, node) }))
    .toSorted((a, b) => a.mismatches.length - b.mismatches.length)[0];
  const [first] = near?.mismatches ?? [];
  if (!near || !first) return [];
  const object = refOf(set);
  return [
    {
      object,
      title: `No Node has the labels that ${nameOf(object)} selects`,
      confidence: "certain",
      evidence: [
        fieldEvidence(object, `spec.template.spec.${first.path}`, first.wanted.join(", ")),
        fieldEvidence(refOf(near.node), `metadata.labels[${first.key}]`, first.actual),
        fieldEvidence(object, "status.desiredNumberScheduled", 0),
      ],
      remedies: [
        {
          step: `Correct the selection of Nodes in spec.template.spec of ${nameOf(object)}, or label the Nodes that are meant; nothing is to be done when the cluster has none of them.`,
          ...selectorPatch(first, near),
        },
      ],
    },
  ];
}

/** The value that the nearest Node has, where it is the only difference. */
function selectorPatch(
  { path, key, actual }: NodeMismatch,
  { mismatches }: { readonly mismatches: readonly NodeMismatch[] },
) {
  const isOnly = mismatches.length === 1 && path.startsWith("nodeSelector.");
  if (!isOnly || actual === undefined || !isQualifiedName(key) || !isLabelValue(actual)) return {};
  return { patch: podSpecPatch("DaemonSet", { nodeSelector: { [key]: actual } }) };
}

function tainted(set: DaemonSet, nodes: readonly Node[]): readonly Finding[] {
  const tolerations = set.spec?.template?.spec?.tolerations ?? [];
  const left = nodes.flatMap((node) => {
    const taints = untoleratedTaints(node, tolerations);
    const byPeople = taints.filter(
      (taint) => !isConditionTaint(taint) && !isControlPlaneTaint(taint) && !passingTaint(taint),
    );
    const [taint] = byPeople;
    return taint && byPeople.length === taints.length && isQualifiedName(taint.key) ? [{ node, taint }] : [];
  });
  const [first] = left;
  if (!first || (set.status?.desiredNumberScheduled ?? 0) === 0) return [];
  const object = refOf(set);
  const { key } = first.taint;
  const patch = tolerationsPatch(object.kind, tolerations, first.taint);
  return [
    {
      object,
      subject: key,
      title: `${nameOf(object)} leaves out ${left.length} of ${nodes.length} Nodes, whose taint ${key} it does not tolerate`,
      confidence: "certain",
      evidence: [
        fieldEvidence(refOf(first.node), `spec.taints[${key}]`, first.taint),
        fieldEvidence(object, "spec.template.spec.tolerations", tolerations),
        fieldEvidence(object, "status.desiredNumberScheduled", set.status?.desiredNumberScheduled),
      ],
      details: { nodes: left.slice(0, 10).map(({ node }) => node.metadata.name) },
      remedies: [
        {
          step: `Add a toleration of ${key} to spec.template.spec.tolerations of ${nameOf(object)}, if it is meant for these Nodes, too.`,
          ...(patch && { patch }),
        },
      ],
    },
  ];
}
