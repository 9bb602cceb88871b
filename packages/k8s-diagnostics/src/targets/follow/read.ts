import type { ObjectOf, Snapshot } from "@k8s-ops/k8s-cluster";
import type { FailingLog } from "../../kube/logs/failing-logs.ts";

export type Pod = ObjectOf<"pods">;

/** What has been read so far, and what of it is in trouble. */
export interface Read extends Pick<Snapshot, "objects" | "asOf"> {
  readonly troubled: readonly Pod[];
  readonly failing: readonly FailingLog[];
}
