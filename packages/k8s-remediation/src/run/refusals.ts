import { ClusterError, type ObjectRef } from "@k8s-ops/k8s-cluster";
import { RemediationError } from "../errors.ts";
import type { ActionRequest, RunDeps } from "./deps.ts";

type Recording = Pick<ActionRequest, "tool" | "caller" | "confirm">;

/** Does work that must not write, and records why a confirmed call got no further. Throws what the work throws. */
export async function recordingRefusals<T>(
  request: Recording,
  object: ObjectRef,
  deps: Pick<RunDeps, "audit" | "cluster">,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const codes = codesOf(error);
    if (request.confirm && codes.length > 0) await recordRefusal(codes, request, object, deps);
    throw error;
  }
}

function codesOf(error: unknown): readonly string[] {
  if (error instanceof RemediationError) return error.codes;
  return error instanceof ClusterError ? [error.code] : [];
}

/** A refusal stands whether or not its record can be stored. */
export async function recordRefusal(
  codes: readonly string[],
  { tool, caller }: Recording,
  object: ObjectRef,
  { audit, cluster }: Pick<RunDeps, "audit" | "cluster">,
): Promise<void> {
  const { name } = cluster.writer.cluster;
  await audit.append({ event: "refused", caller, tool, cluster: name, object, codes }).catch(() => {});
}
