import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Remedy } from "../check.ts";
import { isRolledKind } from "../remedy-calls.ts";
import { containerPatch } from "./patch.ts";
import type { Place } from "./places.ts";
import { nameOf, sameRef } from "./refs.ts";

type Part = Pick<Remedy, "object" | "patch" | "call">;

/** The call that starts all Pods of a workload again; nothing where no controller does that. */
export function restartOf({ kind, namespace, name }: ObjectRef): Part {
  if (!isRolledKind(kind)) return {};
  return {
    object: { kind, namespace, name },
    call: { tool: "remediate_rollout_restart", arguments: { namespace, kind, name } },
  };
}

/** What lets a workload read anew what was changed elsewhere; a change of its own template starts its Pods anyway. */
export function restartAfter(changed: ObjectRef, workload: ObjectRef): readonly Remedy[] {
  if (sameRef(changed, workload)) return [];
  return [
    { step: `Then restart ${nameOf(workload)}, so that the change takes effect.`, ...restartOf(workload) },
  ];
}

/** The call that lets a controller replace this Pod. */
export function replacementOf(pod: ObjectRef): Part {
  return {
    object: pod,
    call: {
      tool: "remediate_pod_restart",
      arguments: { namespace: pod.namespace, pod_name: pod.name },
    },
  };
}

/** The patch that gives a container another image, and the call that does it. The image is a checked one. */
export function imageOf(place: Place, image: string): Part {
  const { kind, namespace, name } = place.workload;
  return {
    object: place.workload,
    patch: containerPatch(place, { image }),
    ...(place.role === "container" &&
      isRolledKind(kind) && {
        call: {
          tool: "remediate_set_image",
          arguments: { namespace, kind, name, container: place.name, image },
        },
      }),
  };
}

/** The patch that gives a workload this many replicas, and the call that does it. */
export function scaledTo(workload: ObjectRef, replicas: number): Part {
  const { kind, namespace, name } = workload;
  if (!["Deployment", "StatefulSet", "ReplicaSet"].includes(kind)) return {};
  return {
    object: workload,
    patch: `spec:\n  replicas: ${replicas}\n`,
    ...(kind === "Deployment" && {
      call: {
        tool: "remediate_scale_deployment",
        arguments: { namespace, deployment_name: name, replicas },
      },
    }),
  };
}

/** The call that lets Pods be placed on a Node again. */
export function uncordonOf(node: ObjectRef): Part {
  return { object: node, call: { tool: "remediate_uncordon_node", arguments: { node_name: node.name } } };
}
