import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podFieldPatch } from "../../kube/field-patch.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import type { PatchValue } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { holdsNow, kindsOf } from "../../kube/scheduling/placement.ts";
import {
  PLACEMENT_READS,
  type PlacementFailure,
  placementFailures,
  podsOf,
} from "../../kube/scheduling/placement-failures.ts";
import { preferredPatch } from "../../kube/scheduling/preferred-patch.ts";
import { RULES, type UnmetTerm, unmetTerm } from "./terms.ts";

export const podAffinityUnsatisfied = defineCheck({
  id: "pod_affinity_unsatisfied",
  title: "Required pod affinity finds no Node",
  when: "a Pod waits to be scheduled because the Pods that its required pod affinity looks for do not run, or run only where it cannot",
  severity: "high",
  level: "cause",
  reads: [...PLACEMENT_READS, "namespaces", "deployments", "statefulSets", "daemonSets"],
  supersedes: ["pod_unschedulable"],
  run: ({ objects }) =>
    placementFailures(objects).flatMap((failure): readonly Finding[] => {
      if (!holdsNow(failure.placement, failure.message, "pod_affinity")) return [];
      const unmet = unmetTerm(failure, objects);
      return unmet ? [findingOf(failure, unmet)] : [];
    }),
});

function findingOf(failure: PlacementFailure, unmet: UnmetTerm): Finding {
  const { workload, ref, base, evidence } = failure;
  const field = `${base}.${RULES}`;
  return {
    object: workload,
    title: `${titleOf(unmet)} ${podsOf(workload)}`,
    confidence: unmet.near || unmet.keyMissing ? "certain" : "likely",
    evidence: [fieldEvidence(workload, field, unmet.term), ...evidenceOf(unmet), evidence],
    affects: [ref],
    ...(unmet.providers.length > 0 && { because: unmet.providers }),
    related: [...unmet.providers, ...unmet.targets.slice(0, 3).map(refOf)],
    remedies: remediesFor(failure, unmet),
    details: {
      matching_pods: unmet.targets.length,
      ...(unmet.elsewhere !== undefined && { matching_pods_in_namespace: unmet.elsewhere }),
    },
  };
}

function titleOf({ targets, keyMissing }: UnmetTerm): string {
  if (keyMissing) return "No Node has the topology label of the required pod affinity of";
  return targets.length > 0
    ? "The Pods that required pod affinity looks for run only on Nodes that do not take"
    : "No Pod runs of those that required pod affinity looks for, which keeps off";
}

function evidenceOf({ near, targets, homes, providers, waiting }: UnmetTerm): readonly Evidence[] {
  if (near) return [fieldEvidence(near.workload, `spec.template.metadata.labels[${near.key}]`, near.present)];
  const [target] = targets;
  if (target) {
    const home = homes.find(({ node }) => node.metadata.name === target.spec?.nodeName);
    return [
      fieldEvidence(refOf(target), "spec.nodeName", target.spec?.nodeName),
      ...(home ? [fieldEvidence(refOf(home.node), "spec", { ...home.node.spec })] : []),
    ];
  }
  const [first] = waiting;
  if (first) return [fieldEvidence(refOf(first), "spec.nodeName", undefined)];
  return providers.map((provider) => fieldEvidence(provider, "status.readyReplicas", 0)).slice(0, 1);
}

function remediesFor({ workload, base, pod }: PlacementFailure, unmet: UnmetTerm): readonly Remedy[] {
  const { near, targets, providers, homes, keyMissing, elsewhere, term } = unmet;
  const field = `${base}.${RULES} of ${nameOf(workload)}`;
  const rules = pod.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const index = rules.indexOf(term);
  const corrected = (part: string, value: PatchValue) =>
    index < 0 ? {} : podFieldPatch(workload.kind, pod.spec, `${RULES}[${index}].${part}`, value);
  const optional = {
    step: `Or make ${field} preferred instead of required.`,
    ...preferredPatch(workload.kind, "podAffinity", rules),
  };
  if (keyMissing) {
    return [
      {
        step: isQualifiedName(term.topologyKey)
          ? `Correct the topologyKey in ${field}: no Node has the label ${term.topologyKey}.`
          : `Correct the topologyKey in ${field}.`,
      },
      optional,
    ];
  }
  if (near && isQualifiedName(near.key)) {
    const value = near.present;
    return [
      {
        step:
          value !== undefined && isLabelValue(value)
            ? `Set ${near.key} in the labelSelector of ${field} to ${value}, as the template of ${nameOf(near.workload)} has it.`
            : `Correct the labelSelector of ${field}: the template of ${nameOf(near.workload)} differs in the label ${near.key}.`,
        ...(value !== undefined &&
          isLabelValue(value) &&
          term.labelSelector?.matchLabels?.[near.key] !== undefined &&
          corrected("labelSelector.matchLabels", { ...term.labelSelector.matchLabels, [near.key]: value })),
      },
      optional,
    ];
  }
  if (elsewhere !== undefined) {
    return [
      {
        step: `Name the namespace ${elsewhere} in ${field}: without it, only Pods of the own namespace count.`,
        ...corrected("namespaces", [elsewhere]),
      },
      optional,
    ];
  }
  if (targets.length > 0)
    return [...homes.slice(0, 3).map((home) => open(home.node, kindsOf(home))), optional];
  const [provider] = providers;
  return [
    {
      step: provider
        ? `Make the Pods of ${nameOf(provider)} run: they are the ones that it looks for.`
        : `Start Pods with the labels that ${field} looks for, or correct its labelSelector.`,
      ...(provider && { object: provider }),
    },
    optional,
  ];
}

function open(node: Parameters<typeof refOf>[0], obstacles: readonly string[]): Remedy {
  const object: ObjectRef = refOf(node);
  if (obstacles.length === 1 && obstacles[0] === "cordoned") {
    return {
      step: `Uncordon ${nameOf(object)}, where the Pods run that it looks for, when its maintenance is over.`,
      object,
      call: { tool: "remediate_uncordon_node", arguments: { node_name: object.name } },
    };
  }
  return {
    step: `Let the Pod run on ${nameOf(object)}, where the Pods run that it looks for; it is kept off by: ${obstacles.join(", ").replaceAll("_", " ") || "what the scheduler says"}.`,
    object,
  };
}
