import { ClusterError } from "../errors.ts";
import type { ClusterInfo } from "../snapshot/snapshot.ts";
import type { ClusterWriter } from "./writer.ts";

/** Why a recorded cluster is not written. */
export function readOnlyError({ name }: ClusterInfo): ClusterError {
  return new ClusterError(
    "read_only",
    `${name} is a recording, which cannot be changed. Connect to the live cluster instead of --snapshot.`,
  );
}

/** The writer of a recorded cluster: everything is refused with `read_only`. */
export function createReadOnlyWriter(cluster: ClusterInfo): ClusterWriter {
  const refuse = async (): Promise<never> => {
    throw readOnlyError(cluster);
  };
  return {
    cluster,
    get: refuse,
    list: refuse,
    patch: refuse,
    scale: refuse,
    evict: refuse,
    create: refuse,
    delete: refuse,
  };
}
