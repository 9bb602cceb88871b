import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { matchesSelector } from "../../kube/selectors.ts";
import { templateLabels, workloadsIn } from "../../kube/workloads.ts";

export const selectorTemplateMismatch = defineCheck({
  id: "selector_template_mismatch",
  title: "Selector of a workload does not match its own Pods",
  when: "spec.selector of a workload does not match the labels of its template, which the API server refuses, so that it is seen in files and in objects of other servers",
  severity: "high",
  level: "cause",
  reads: ["deployments", "statefulSets", "daemonSets", "replicaSets"],
  run: ({ objects }) =>
    workloadsIn(objects).flatMap((workload) => {
      const selector = workload.spec?.selector;
      const labels = templateLabels(workload);
      if (!selector || Object.keys(labels).length === 0 || matchesSelector(selector, labels)) return [];
      const object = refOf(workload);
      return [
        {
          object,
          title: `The selector of ${nameOf(object)} does not match the labels of its template`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.selector", selector),
            fieldEvidence(object, "spec.template.metadata.labels", labels),
          ] as const,
          remedies: [
            {
              step: `Give spec.template.metadata.labels of ${nameOf(object)} the labels that its selector asks for, or create it anew with a selector that matches: the selector itself cannot be changed.`,
              ...labelsPatch(selector),
            },
          ],
        },
      ];
    }),
});

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly unknown[];
}

function labelsPatch({ matchLabels = {}, matchExpressions = [] }: Selector) {
  const isPlain = Object.entries(matchLabels).every(
    ([key, value]) => isQualifiedName(key) && isLabelValue(value),
  );
  if (!isPlain || matchExpressions.length > 0) return {};
  return { patch: toYaml({ spec: { template: { metadata: { labels: matchLabels } } } }) };
}
