import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";
import { matchesSelector } from "../../kube/selectors.ts";
import { templateLabels, type Workload, workloadsIn } from "../../kube/workloads.ts";

export const overlappingSelectors = defineCheck({
  id: "overlapping_selectors",
  title: "Two workloads select the same Pods",
  when: "the selector of a workload matches the Pods of another one; medium when an autoscaler counts them",
  severity: "low",
  level: "cause",
  reads: ["deployments", "statefulSets", "daemonSets", "replicaSets", "horizontalPodAutoscalers"],
  run: ({ objects }) => {
    const workloads = workloadsIn(objects);
    const byLabel = labelIndex(workloads);
    const scaled = new Set(
      objects.horizontalPodAutoscalers.all.map(({ metadata: { namespace }, spec }) =>
        refKey({ kind: spec?.scaleTargetRef.kind ?? "", namespace, name: spec?.scaleTargetRef.name ?? "" }),
      ),
    );
    return workloads.flatMap((workload) => {
      const object = refOf(workload);
      return candidates(workload, byLabel)
        .filter(
          (other) => other !== workload && matchesSelector(workload.spec?.selector, templateLabels(other)),
        )
        .map((other) => ({
          object,
          subject: subjectOf(refOf(other)),
          title: `The selector of ${nameOf(object)} matches the Pods of ${nameOf(refOf(other))} too`,
          confidence: "certain" as const,
          severity: scaled.has(refKey(object)) ? ("medium" as const) : ("low" as const),
          evidence: [
            fieldEvidence(object, "spec.selector", workload.spec?.selector),
            fieldEvidence(refOf(other), "spec.template.metadata.labels", templateLabels(other)),
          ] as const,
          related: [refOf(other)],
          remedies: [
            {
              step: `Give ${nameOf(object)} and ${nameOf(refOf(other))} a label that tells their Pods apart, in selector and template; a selector cannot be changed, so the workload has to be created anew.`,
            },
          ],
        }));
    });
  },
});

function subjectOf({ kind, name }: ObjectRef): string {
  return `${kind}/${name}`;
}

function labelIndex(workloads: readonly Workload[]): ReadonlyMap<string, readonly Workload[]> {
  const pairs = workloads.flatMap((workload) =>
    Object.entries(templateLabels(workload)).map(([key, value]) => ({
      key: labelKey(workload.metadata.namespace, key, value),
      workload,
    })),
  );
  const groups = Map.groupBy(pairs, ({ key }) => key);
  return new Map([...groups].map(([key, entries]) => [key, entries.map(({ workload }) => workload)]));
}

/** The workloads that have the rarest label which the selector asks for. */
function candidates(
  { metadata, spec }: Workload,
  byLabel: ReadonlyMap<string, readonly Workload[]>,
): readonly Workload[] {
  const lists = Object.entries(spec?.selector?.matchLabels ?? {}).map(
    ([key, value]) => byLabel.get(labelKey(metadata.namespace, key, value)) ?? [],
  );
  return lists.reduce((best, list) => (list.length < best.length ? list : best), lists[0] ?? []);
}

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace}\n${key}\n${value}`;
}
