/** What an argument may be; those that end in `?` may be left out. */
interface Values {
  readonly name: string;
  /** A whole number, at least 0. */
  readonly count: number;
  readonly flag: boolean;
  readonly rolled: RolledKind;
  readonly deployment: "Deployment";
  /** Amounts by resource. */
  readonly "amounts?": Readonly<Record<string, string>>;
}

/** The kinds whose controllers roll a change of the Pod template out, which the rollout tools take. */
const ROLLED = ["Deployment", "StatefulSet", "DaemonSet"] as const;
export type RolledKind = (typeof ROLLED)[number];

const ROLLOUT = { namespace: "name", kind: "deployment", name: "name" } as const;
const CONTAINER = { namespace: "name", kind: "rolled", name: "name", container: "name" } as const;

/** The remediate tools that a remedy may call, each with its arguments. */
export const REMEDY_CALLS = {
  remediate_pod_restart: { namespace: "name", pod_name: "name" },
  remediate_scale_deployment: { namespace: "name", deployment_name: "name", replicas: "count" },
  remediate_rollback_deployment: { namespace: "name", deployment_name: "name", revision: "count" },
  remediate_rollout_restart: { namespace: "name", kind: "rolled", name: "name" },
  remediate_rollout_pause: ROLLOUT,
  remediate_rollout_resume: ROLLOUT,
  remediate_set_image: { ...CONTAINER, image: "name" },
  remediate_set_resources: { ...CONTAINER, requests: "amounts?", limits: "amounts?" },
  remediate_cordon_node: { node_name: "name" },
  remediate_uncordon_node: { node_name: "name" },
  remediate_drain_node: { node_name: "name" },
  remediate_job_rerun: { namespace: "name", job_name: "name" },
  remediate_cronjob_suspend: { namespace: "name", cronjob_name: "name", suspend: "flag" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, keyof Values>>>>;

type Tools = typeof REMEDY_CALLS;
type Arguments<T extends Readonly<Record<string, keyof Values>>> = {
  readonly [K in keyof T as T[K] extends `${string}?` ? never : K]: Values[T[K]];
} & {
  readonly [K in keyof T as T[K] extends `${string}?` ? K : never]?: Values[T[K]];
};

/** A tool and its arguments. */
export type RemedyCall = {
  readonly [T in keyof Tools]: { readonly tool: T; readonly arguments: Arguments<Tools[T]> };
}[keyof Tools];

/** The same, in the cluster that a question was about. */
export interface ReadyCall {
  readonly tool: RemedyCall["tool"];
  readonly arguments: RemedyCall["arguments"] & { readonly context?: string };
}

/** The call as it can be made, or undefined where the caller may not make it. */
export type OfferedCall = (call: RemedyCall) => ReadyCall | undefined;

export function isRolledKind(text: string): text is RolledKind {
  return ROLLED.some((kind) => kind === text);
}

const TESTS: { readonly [V in keyof Values]: (value: unknown) => boolean } = {
  name: (value) => typeof value === "string" && value !== "",
  count: (value) => Number.isInteger(value) && Number(value) >= 0,
  flag: (value) => typeof value === "boolean",
  rolled: (value) => typeof value === "string" && isRolledKind(value),
  deployment: (value) => value === "Deployment",
  "amounts?": (value) =>
    value === undefined ||
    (typeof value === "object" &&
      value !== null &&
      Object.values(value).every((amount) => typeof amount === "string")),
};

/** What is wrong with a call that is not one of these tools with its arguments; empty when it is. */
export function callProblems(call: {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}): readonly string[] {
  const known = Object.entries(REMEDY_CALLS).find(([tool]) => tool === call.tool)?.[1];
  if (!known) return [`${call.tool}: unknown tool`];
  const wanted: Readonly<Record<string, keyof Values>> = known;
  const strange = Object.keys(call.arguments).filter((name) => !(name in wanted));
  const wrong = Object.entries(wanted).filter(([name, value]) => !TESTS[value](call.arguments[name]));
  return [...strange, ...wrong.map(([name]) => name)].map((name) => `${call.tool}.${name}`);
}
