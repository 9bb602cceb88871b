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
    case "evict": {
      const isTarget = write.uid === precondition.uid;
      await writer.evict(write.object, isTarget ? precondition : { uid: write.uid }, mode);
      return undefined;
    }
    case "delete":
      await writer.delete(write.object, precondition, mode);
      return undefined;
    case "create":
      return writer.create(write.object, write.body, mode);
  }
}

/** A write as audit records and plans tell it. */
export function describeWrite(write: Write): string {
  const { resource, namespace, name } = write.object;
  const where = namespace === "" ? name : `${namespace}/${name}`;
  return `${write.verb} ${resource} ${where}`;
}
