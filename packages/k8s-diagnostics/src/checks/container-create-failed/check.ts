import { defineCheck } from "../../check.ts";
import { startErrors } from "../../kube/exits/start-errors.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

/** What the kubelet says of missing configuration: the checks of that name the object. */
const MISSING_CONFIGURATION = /^couldn't find key |^(?:configmap|secret) "[^"]{1,253}" not found$/;

export const containerCreateFailed = defineCheck({
  id: "container_create_failed",
  title: "Container cannot be created",
  when: "the kubelet or the container runtime could not create or start a container, for a reason that no other check knows",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs"],
  run: ({ objects }) =>
    startErrors(objects)
      .filter(({ message }) => !MISSING_CONFIGURATION.test(message))
      .map(({ place, evidence, message, reason }) =>
        containerCause(place, {
          title: `Container ${place.name} of ${nameOf(place.workload)} cannot be created`,
          confidence: "likely",
          evidence: [evidence],
          details: { container: place.name, reason },
          remedies: [{ step: hint(message, place.field, nameOf(place.workload)) }],
        }),
      ),
});

function hint(message: string, field: string, workload: string): string {
  if (message.includes("not a directory"))
    return `Set ${field}.volumeMounts[].subPath of ${workload} where a single file is mounted: a directory is mounted onto a file.`;
  if (message.includes("subPath"))
    return `Correct ${field}.volumeMounts[].subPath of ${workload}: the volume does not have that path.`;
  if (message.includes("name is reserved") || message.includes("already in use"))
    return `Wait, or delete the Pod of ${workload}: an earlier try to create ${field} has not been cleaned up on the Node.`;
  return `Correct in ${field} of ${workload} what the message in the evidence tells of.`;
}
