import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { nodeCondition, podsHeldOff, unreadyPodsOn } from "../../kube/scheduling/node-conditions.ts";
import { PLACEMENT_READS } from "../../kube/scheduling/placement-failures.ts";

const PRESSURES = {
  MemoryPressure: {
    what: "memory",
    step: "Find the Pods that use far more memory than they request, and give them honest requests and limits.",
  },
  DiskPressure: {
    what: "disk space",
    step: "Remove unused images and large logs, or find the Pods that fill the disk, and limit their ephemeral-storage.",
  },
  PIDPressure: {
    what: "process ids",
    step: "Find the Pod that starts too many processes, and limit them with podPidsLimit.",
  },
} as const;

export const nodePressure = defineCheck({
  id: "node_pressure",
  title: "Node runs short of memory, disk space or process ids",
  when: "the condition MemoryPressure, DiskPressure or PIDPressure of a Node is True",
  severity: "high",
  level: "cause",
  reads: PLACEMENT_READS,
  supersedes: ["pod_unschedulable"],
  run: ({ objects }) => {
    const pressed = objects.nodes.all.flatMap((node) =>
      (["MemoryPressure", "DiskPressure", "PIDPressure"] as const).flatMap((type) => {
        const condition = nodeCondition(node, type);
        return condition?.status === "True" ? [{ node, type, condition }] : [];
      }),
    );
    if (pressed.length === 0) return [];
    const held = podsHeldOff(objects);
    const unready = unreadyPodsOn(
      pressed.map(({ node }) => node),
      objects,
    );
    return pressed.map(({ node, type, condition }) => {
      const ref = refOf(node);
      const evicted = (unready.get(ref.name) ?? []).filter(
        ({ namespace, name }) => objects.pods.get(namespace, name)?.status?.reason === "Evicted",
      );
      return {
        object: ref,
        subject: type,
        title: `${nameOf(ref)} runs short of ${PRESSURES[type].what}`,
        confidence: "certain" as const,
        evidence: [
          fieldEvidence(ref, `status.conditions[${type}].status`, "True"),
          fieldEvidence(ref, `status.conditions[${type}].message`, condition.message),
        ] as const,
        affects: [...evicted, ...(held.get(ref.name) ?? [])],
        remedies: [{ step: `On ${nameOf(ref)}: ${PRESSURES[type].step}` }],
        ...(condition.lastTransitionTime !== undefined && {
          details: { since: condition.lastTransitionTime },
        }),
      };
    });
  },
});
