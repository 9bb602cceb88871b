import type { KubeObject, Need, ObjectOf } from "@k8s-ops/k8s-cluster";
import type { Progress, Refused } from "../action.ts";
import { type Rolled, type RolledResource, rolloutStatus } from "../kubectl/rollout-status.ts";
import { workloadNeeds } from "./needs.ts";

export type { Rolled, RolledResource };

/** A workload whose controller rolls changes of its template out. */
export interface RolledInput {
  readonly resource: RolledResource;
  readonly namespace: string;
  readonly name: string;
}

/** What every action on a rolled workload has in common. */
export const rolled = {
  target: ({ resource, namespace, name }: RolledInput) => ({ resource, namespace, name }),
  needs: ({ namespace }: RolledInput): readonly Need[] => workloadNeeds(namespace),
};

/** `deployment "web"`, as kubectl says it. */
export function named({ kind, metadata }: KubeObject): string {
  return `${kind.toLowerCase()} "${metadata.name}"`;
}

export function isPaused(object: Rolled): boolean {
  return object.kind === "Deployment" && (object as ObjectOf<"deployments">).spec?.paused === true;
}

/** The rollout's status; while it is paused waiting shows nothing. */
export function rolledOut(target: Rolled | undefined): Progress {
  if (target && isPaused(target)) {
    const message = `${named(target)} is paused: no Pod has the change before it is resumed (remediate_rollout_resume)`;
    return { state: "unknown", message };
  }
  return rolloutStatus(target);
}

/** The container of a Pod template by its name. */
export interface Located {
  /** Under the Pod template's spec. */
  readonly list: "containers" | "initContainers";
  readonly index: number;
  readonly container: NonNullable<NonNullable<Rolled["spec"]>["template"]["spec"]>["containers"][number];
}

export function locate(object: Rolled, name: string): Located | Refused {
  const spec = object.spec?.template?.spec;
  for (const list of ["containers", "initContainers"] as const) {
    const index = spec?.[list]?.findIndex((container) => container.name === name) ?? -1;
    const container = spec?.[list]?.[index];
    if (container) return { list, index, container };
  }
  const names = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map((each) => each.name);
  return {
    refused: "unknown_container",
    message: `unable to find container named "${name}". Containers are: ${names.join(", ")}.`,
  };
}

/** The strategic merge patch of one container of the template. */
export function containerPatch({ list }: Located, name: string, change: Readonly<Record<string, unknown>>) {
  return {
    type: "strategic",
    value: { spec: { template: { spec: { [list]: [{ name, ...change }] } } } },
  } as const;
}

/** RFC 6901 pointer of a field of the container. */
export function containerPointer({ list, index }: Located, field: string): string {
  return `/spec/template/spec/${list}/${index}/${field}`;
}
