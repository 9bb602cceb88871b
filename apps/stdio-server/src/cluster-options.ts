import process from "node:process";
import type { ClusterOptions } from "@k8s-ops/ops-server";
import type { Options } from "./options.ts";
import { recordingPath } from "./sample.ts";

/** Where clusters come from, as the command line and the environment say. */
export function clusterOptions({ snapshot, kubeconfig, context, contexts }: Options): ClusterOptions {
  return {
    env: process.env,
    contexts,
    ...(snapshot !== undefined && { snapshot: recordingPath(snapshot) }),
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  };
}
