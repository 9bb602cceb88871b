import type { ClusterWriter, KubeObject, Precondition } from "@k8s-ops/k8s-cluster";
import type { Write } from "../action.ts";

export interface WriteMode {
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Makes one write; a dry run takes the same path.
 * @param precondition of the action's target
 * @returns the object as it then is, where the API server tells it
 * @throws ClusterError
 */
export async function makeWrite(
  writer: ClusterWriter,
  write: Write,
  precondition: Precondition,
  mode: WriteMode,
): Promise<KubeObject | undefined> {
  switch (write.verb) {
    case "patch":
      return writer.patch(write.object, write.patch, precondition, mode);
    case "scale":
      await writer.scale(write.object, write.replicas, precondition, mode);
      return undefined;
    case "evict":
      await writer.evict(write.object, preconditionOf(write, precondition), mode);
      return undefined;
    case "delete":
      await writer.delete(write.object, preconditionOf(write, precondition), mode);
      return undefined;
    case "create":
      return writer.create(write.object, write.body, mode);
  }
}

/** The target's version says nothing about other objects. */
function preconditionOf({ uid }: { readonly uid: string }, target: Precondition): Precondition {
  return uid === target.uid ? target : { uid };
}

/** A write as audit records and plans tell it. */
export function describeWrite(write: Write): string {
  const { resource, namespace, name } = write.object;
  const where = namespace === "" ? name : `${namespace}/${name}`;
  return `${write.verb} ${resource} ${where}`;
}
