import { z } from "zod";

const name = z.string().max(253);

export const podArguments = { namespace: name, pod_name: name };
export const jobArguments = { namespace: name, job_name: name };
export const cronJobArguments = { namespace: name, cronjob_name: name };
export const nodeArguments = { node_name: name };
export const deploymentArguments = { namespace: name, deployment_name: name };
export const rolledKind = z.enum(["Deployment", "StatefulSet", "DaemonSet"]);
export const workloadArguments = { namespace: name, kind: rolledKind, name };
export const onlyDeploymentArguments = { namespace: name, kind: z.literal("Deployment").optional(), name };
export const containerArgument = { container: name };

export const resourceOfRolled = {
  Deployment: "deployments",
  StatefulSet: "statefulSets",
  DaemonSet: "daemonSets",
} as const;

const MOST_OVERRIDES = 20;

/** What every remediate tool takes beside the names of its object. */
export const commonArguments = {
  reason: z.string().max(500).optional(),
  confirm: z.boolean().optional(),
  plan_id: z.string().max(80).optional(),
  override: z.array(z.string().max(64)).max(MOST_OVERRIDES).optional(),
  context: name.optional(),
};

/** Schemas of results say no more than a caller must know to read them: they are listed for every tool. */
export const actionOutput = {
  status: z.enum(["success", "cancelled", "unchanged"]),
  message: z.string(),
};
