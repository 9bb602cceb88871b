import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Evidence, Remedy } from "../check.ts";
import { fieldEvidence, shorten } from "./evidence.ts";
import { nameOf } from "./refs.ts";
import { isProven, type Revision } from "./revisions.ts";
import type { TemplateChange } from "./template-changes.ts";

const MAX_VALUE = 180;

/** A changed field of the workload's template: `"old" → "new"`. */
export function changeEvidence(workload: ObjectRef, { path, before, after }: TemplateChange): Evidence {
  return fieldEvidence(workload, `spec.template.${path}`, `${textOf(before)} → ${textOf(after)}`);
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? "absent" : shorten(JSON.stringify(value), MAX_VALUE);
}

/** Going back to an earlier revision of a Deployment, StatefulSet or DaemonSet. */
export function rollBack(workload: ObjectRef, revision: Revision): Remedy {
  const { kind, namespace, name } = workload;
  const { number } = revision;
  const which = `revision ${number}${isProven(revision) ? ", whose Pods are ready" : ""}`;
  const why = "the evidence shows what has changed since";
  if (kind === "Deployment") {
    return {
      step: `Roll ${nameOf(workload)} back to ${which}: ${why}.`,
      object: workload,
      call: {
        tool: "remediate_rollback_deployment",
        arguments: { namespace, deployment_name: name, revision: number },
      },
    };
  }
  const command = `kubectl rollout undo ${kind.toLowerCase()}/${name} --namespace ${namespace} --to-revision=${number}`;
  // Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
  const then =
    kind === "StatefulSet"
      ? " Then delete the Pods that fail: the controller waits for them to become ready before it replaces them."
      : "";
  return {
    step: `Roll ${nameOf(workload)} back to ${which} (${command}): ${why}.${then}`,
    object: workload,
  };
}
