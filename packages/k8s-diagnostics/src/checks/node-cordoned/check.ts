import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { CORDON_TAINT } from "../../kube/scheduling/tolerations.ts";
import { secondsBetween } from "../../kube/time.ts";

const LONG_SECONDS = 24 * 3600;

export const nodeCordoned = defineCheck({
  id: "node_cordoned",
  title: "Node has been cordoned for long",
  when: "a Node is marked unschedulable, and has been for more than a day where that is known",
  severity: "low",
  level: "symptom",
  reads: ["nodes"],
  run: ({ objects, asOf }) =>
    objects.nodes.all.flatMap((node) => {
      if (node.spec?.unschedulable !== true) return [];
      const since = node.spec.taints?.find(({ key }) => key === CORDON_TAINT)?.timeAdded;
      if ((secondsBetween(since, asOf) ?? Infinity) < LONG_SECONDS) return [];
      const object = refOf(node);
      return [
        {
          object,
          title: `${nameOf(object)} is cordoned: no new Pods are placed on it`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.unschedulable", "true"),
            fieldEvidence(object, `spec.taints[${CORDON_TAINT}].timeAdded`, since),
          ] as const,
          remedies: [
            {
              step: `Uncordon ${nameOf(object)} when its maintenance is over.`,
              call: { tool: "remediate_uncordon_node", arguments: { node_name: object.name } },
            },
          ],
        },
      ];
    }),
});
