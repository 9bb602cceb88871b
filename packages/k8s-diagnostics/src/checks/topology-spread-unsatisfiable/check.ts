import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { isFinished } from "../../kube/pods.ts";
import { nameOf } from "../../kube/refs.ts";
import { holdsNow, type Placement } from "../../kube/scheduling/placement.ts";
import { PLACEMENT_READS, placementFailures, podsOf } from "../../kube/scheduling/placement-failures.ts";
import { matchesSelector } from "../../kube/selectors.ts";

type Pod = ObjectOf<"pods">;

export const topologySpreadUnsatisfiable = defineCheck({
  id: "topology_spread_unsatisfiable",
  title: "A topology spread constraint leaves no Node",
  when: "a Pod waits to be scheduled because a constraint with whenUnsatisfiable DoNotSchedule excludes every Node that would take it",
  severity: "high",
  level: "cause",
  reads: PLACEMENT_READS,
  supersedes: ["pod_unschedulable"],
  run: ({ objects }) =>
    placementFailures(objects).flatMap(({ pod, ref, workload, base, placement, message, evidence }) => {
      const said = message?.clauses.filter(({ kind }) => kind === "topology_spread") ?? [];
      if (!holdsNow(placement, message, "topology_spread")) return [];
      const missingOnly = said.every(({ text }) => text.includes("missing required label"));
      const strict = (pod.spec?.topologySpreadConstraints ?? []).filter(
        ({ whenUnsatisfiable, topologyKey }) =>
          whenUnsatisfiable === "DoNotSchedule" && isQualifiedName(topologyKey),
      );
      const missing = strict.find(({ topologyKey }) => lacksKey(placement, topologyKey));
      const constraint = missing ?? strict[0];
      const key = constraint?.topologyKey;
      return [
        {
          object: workload,
          ...(key !== undefined && { subject: key }),
          title: `A topology spread constraint${key === undefined ? "" : ` over ${key}`} leaves no Node for ${podsOf(workload)}`,
          confidence: missing && missingOnly ? ("certain" as const) : ("likely" as const),
          evidence: [
            evidence,
            ...(constraint
              ? [fieldEvidence(workload, `${base}.topologySpreadConstraints[${key}]`, constraint)]
              : []),
          ] as const,
          affects: [ref],
          remedies: [
            missing
              ? {
                  step: `Label the Nodes with ${key}, or correct the topologyKey in ${base}.topologySpreadConstraints of ${nameOf(workload)}.`,
                }
              : {
                  step: `Add Nodes to the domains of ${key ?? "the topology key"} that hold the fewest Pods of ${nameOf(workload)}, or make them schedulable.`,
                },
            relaxed(pod, key, workload, base),
          ],
          ...(key !== undefined && { details: { pods_by_domain: domainsOf(pod, key, placement, objects) } }),
        },
      ];
    }),
});

/** Makes the constraint a wish. By its key alone a patch finds the one to change, so there must be no other of that key. */
function relaxed({ spec }: Pod, key: string | undefined, workload: ObjectRef, base: string): Remedy {
  const { length } = (spec?.topologySpreadConstraints ?? []).filter(({ topologyKey }) => topologyKey === key);
  const step = `Or set whenUnsatisfiable to ScheduleAnyway, or raise maxSkew, in ${base}.topologySpreadConstraints of ${nameOf(workload)}`;
  if (key === undefined) return { step: `${step}.` };
  if (length > 1) {
    return {
      step: `${step}, which has ${length} constraints over ${key}: in those with whenUnsatisfiable DoNotSchedule.`,
    };
  }
  const topologySpreadConstraints = [{ topologyKey: key, whenUnsatisfiable: "ScheduleAnyway" }];
  return { step: `${step}.`, patch: podSpecPatch(workload.kind, { topologySpreadConstraints }) };
}

function lacksKey(placement: Placement | undefined, key: string): boolean {
  return placement?.nodes.every(({ node }) => node.metadata.labels?.[key] === undefined) ?? false;
}

/** How many matching Pods each domain holds; domains without a Node for the Pod included. */
function domainsOf(pod: Pod, key: string, placement: Placement | undefined, objects: Pick<Objects, "pods">) {
  const domainOf = new Map(
    placement?.all.map(({ node }) => [node.metadata.name, node.metadata.labels?.[key]]) ?? [],
  );
  const selector = pod.spec?.topologySpreadConstraints?.find(
    ({ topologyKey }) => topologyKey === key,
  )?.labelSelector;
  const counts = new Map<string, number>();
  for (const domain of domainOf.values()) if (domain !== undefined) counts.set(domain, 0);
  for (const other of objects.pods.in(pod.metadata.namespace)) {
    const domain = domainOf.get(other.spec?.nodeName ?? "");
    if (domain === undefined || isFinished(other) || !matchesSelector(selector, other.metadata.labels))
      continue;
    counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return [...counts].slice(0, 20).map(([domain, pods]) => ({ domain, pods }));
}
