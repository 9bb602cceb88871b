import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Remedy } from "../../check.ts";
import { fieldEvidence, logEvidence } from "../../kube/evidence.ts";
import { exitsOf } from "../../kube/exits/exits.ts";
import { failureLog } from "../../kube/logs/logs.ts";
import { containerCause, unhealthyPlaces } from "../../kube/places.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { otherArchitecture } from "../../kube/scheduling/architecture.ts";

const PHRASE = "exec format error";

export const execFormatError = defineCheck({
  id: "exec_format_error",
  title: "Program is built for another processor architecture",
  when: 'starting a container\'s program failed with "exec format error", in its status or in its log',
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "nodes", "logs"],
  supersedes: [
    "container_exits_with_error",
    "container_command_not_found",
    "container_create_failed",
    "init_container_failing",
  ],
  run: ({ objects, asOf }) => {
    const waiting = unhealthyPlaces(objects).flatMap((place) => {
      const message = place.status?.state?.waiting?.message ?? "";
      return message.toLowerCase().includes(PHRASE)
        ? [
            {
              place,
              evidence: fieldEvidence(place.podRef, `${place.statusPath}.state.waiting.message`, message),
            },
          ]
        : [];
    });
    const ended = exitsOf(objects, asOf).flatMap(({ place, terminated, path }) => {
      const message = terminated.message ?? "";
      if (message.toLowerCase().includes(PHRASE))
        return [{ place, evidence: fieldEvidence(place.podRef, `${path}.message`, message) }];
      const log = failureLog(place, objects);
      const line = log?.lines.slice(-5).find((text) => text.toLowerCase().includes(PHRASE));
      return log && line !== undefined ? [{ place, evidence: logEvidence(place.podRef, log, line) }] : [];
    });
    return [...waiting, ...ended].map(({ place, evidence }) => {
      const node = objects.nodes.get("", place.pod.spec?.nodeName ?? "");
      return containerCause(place, {
        title: `Container ${place.name} of ${nameOf(place.workload)} has a program that its Node cannot execute`,
        confidence: "likely",
        evidence: [
          evidence,
          fieldEvidence(place.workload, `${place.field}.image`, place.spec.image),
          ...(node
            ? [
                fieldEvidence(
                  refOf(node),
                  "status.nodeInfo.architecture",
                  node.status?.nodeInfo?.architecture,
                ),
              ]
            : []),
        ],
        remedies: [
          {
            step: `Let ${place.field}.image of ${nameOf(place.workload)} name an image that is built for the architecture of its Node.`,
          },
          ...otherNodes(place.workload, node, objects),
          {
            step: `Or, if ${place.field}.command starts a script, let the script's first line name the interpreter (#!).`,
          },
        ],
      });
    });
  },
});

function otherNodes(
  workload: ObjectRef,
  node: ObjectOf<"nodes"> | undefined,
  objects: Pick<Objects, "nodes">,
): readonly Remedy[] {
  const change = otherArchitecture(workload.kind, node, objects);
  if (!("patch" in change)) return [];
  const step = `Or let ${nameOf(workload)} run on Nodes of the other architecture, when its image is built for that.`;
  return [{ step, ...change }];
}
