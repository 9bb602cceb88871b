import { z } from "zod";

const namespace = z.string().min(1);
const name = z.string().min(1);
const amounts = z.record(z.string(), z.string());
/** The kinds whose controllers roll a change of the Pod template out. */
const kind = z.enum(["Deployment", "StatefulSet", "DaemonSet"]);

/** The remediate tools that a remedy may call, each with its arguments. */
export const REMEDY_CALLS = {
  remediate_pod_restart: z.strictObject({ namespace, pod_name: name }),
  remediate_scale_deployment: z.strictObject({
    namespace,
    deployment_name: name,
    replicas: z.int().nonnegative(),
  }),
  remediate_rollback_deployment: z.strictObject({
    namespace,
    deployment_name: name,
    revision: z.int().positive(),
  }),
  remediate_rollout_restart: z.strictObject({ namespace, kind, name }),
  remediate_rollout_pause: z.strictObject({ namespace, kind: z.literal("Deployment"), name }),
  remediate_rollout_resume: z.strictObject({ namespace, kind: z.literal("Deployment"), name }),
  remediate_set_image: z.strictObject({ namespace, kind, name, container: name, image: z.string().min(1) }),
  remediate_set_resources: z.strictObject({
    namespace,
    kind,
    name,
    container: name,
    requests: amounts.optional(),
    limits: amounts.optional(),
  }),
  remediate_cordon_node: z.strictObject({ node_name: name }),
  remediate_uncordon_node: z.strictObject({ node_name: name }),
  remediate_drain_node: z.strictObject({ node_name: name }),
  remediate_job_rerun: z.strictObject({ namespace, job_name: name }),
  remediate_cronjob_suspend: z.strictObject({ namespace, cronjob_name: name, suspend: z.boolean() }),
} as const satisfies Readonly<Record<string, z.ZodType>>;

type Tool = keyof typeof REMEDY_CALLS;

/** A tool and its arguments. */
export type RemedyCall = {
  readonly [T in Tool]: {
    readonly tool: T;
    readonly arguments: Readonly<z.infer<(typeof REMEDY_CALLS)[T]>>;
  };
}[Tool];

/** A kind that the rollout tools take. */
export type RolledKind = z.infer<typeof kind>;

export function isRolledKind(text: string): text is RolledKind {
  return kind.safeParse(text).success;
}
