import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isFinished, isTerminating, podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { nodeMismatches } from "../../kube/scheduling/node-affinity.ts";

export const daemonsetMisscheduled = defineCheck({
  id: "daemonset_misscheduled",
  title: "DaemonSet has Pods on Nodes that it should leave out",
  when: "status.numberMisscheduled of a DaemonSet is above 0: Pods run on Nodes whose labels or taints exclude them by now",
  severity: "low",
  level: "cause",
  reads: ["daemonSets", "pods", "nodes"],
  run: ({ objects }) =>
    objects.daemonSets.all.flatMap((set) => {
      const misscheduled = set.status?.numberMisscheduled ?? 0;
      if (misscheduled === 0 || set.metadata.deletionTimestamp !== undefined) return [];
      const object = refOf(set);
      const pods = podsControlledBy(object, objects).filter((pod) => !isFinished(pod) && !isTerminating(pod));
      const strays = pods.flatMap((pod) => {
        const node = objects.nodes.get("", pod.spec?.nodeName ?? "");
        const [first] = node ? nodeMismatches(pod, node) : [];
        return node && first ? [{ pod, node, first }] : [];
      });
      return [
        {
          object,
          title: `${nameOf(object)} has ${misscheduled} Pods on Nodes where they should not run`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "status.numberMisscheduled", misscheduled),
            ...strays
              .slice(0, 2)
              .map(({ node, first }) =>
                fieldEvidence(refOf(node), `metadata.labels[${first.key}]`, first.actual),
              ),
          ] as const,
          ...(strays.length > 0 && { related: strays.slice(0, 5).map(({ pod }) => refOf(pod)) }),
          remedies: [
            {
              step: `Compare nodeSelector, node affinity and tolerations in spec.template.spec of ${nameOf(object)} with the labels and taints of the Nodes, which have changed since; the controller removes the Pods when it works.`,
            },
          ],
        },
      ];
    }),
});
