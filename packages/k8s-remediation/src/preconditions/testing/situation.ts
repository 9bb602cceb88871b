import { type KubeObject, type Need, type ResourceKey, resourceOfKind } from "@k8s-ops/k8s-cluster";
import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import type { Action, Planned } from "../../action.ts";
import type { Situation } from "../precondition.ts";

export type Settings = Partial<Pick<Situation, "ownPod" | "isUndo" | "entries" | "rules">>;

/** A cluster's objects and what is to be done there, before anything is planned. */
export interface Case {
  readonly objects: readonly KubeObject[];
  readonly action: string;
  /** The situation in a cluster with these objects. */
  readonly in: (objects: readonly KubeObject[]) => Situation;
}

/** A sentence, the situation that it is about, and what guard rails say that do not let it pass, in their order. */
export type Row = readonly [sentence: string, situation: Case, verdicts: readonly string[]];

export const NOW = Date.parse("2026-01-01T12:00:00Z");
const SYSTEM: ReadonlySet<string> = new Set(["kube-system", "kube-public", "kube-node-lease"]);

export const RULES: Situation["rules"] = {
  approval: "ask",
  budgets: [],
  overrides: new Set(),
  coolDownSeconds: 60,
  isProtected: (namespace) => SYSTEM.has(namespace),
};

const NOTHING: Planned = { summary: "", writes: [], facts: {}, undo: { by: "nothing", why: "" }, ends: [] };

/** What an action would do to these objects, of which guard rails see only what the action needs. */
export function doing<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  objects: readonly KubeObject[],
  settings: Settings = {},
): Case {
  return { objects, action: action.id, in: (present) => situation(action, input, present, settings) };
}

function situation<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  present: readonly KubeObject[],
  settings: Settings,
): Situation {
  const key = action.target(input);
  const target = present.find(
    (object) =>
      resourceOfKind(object.kind) === key.resource &&
      object.metadata.namespace === key.namespace &&
      object.metadata.name === key.name,
  ) as Situation["target"] & Parameters<NonNullable<typeof action.history>>[1];
  const list = action.history?.(input, target);
  const history = present.filter(
    (object) => resourceOfKind(object.kind) === list?.resource && isOn(object, list?.fieldSelector),
  );
  const needs = action.needs(input, history);
  const { objects } = snapshotFromYaml(
    present
      .filter((object) => needs.some((need) => isNeeded(object, need)))
      .map((object) => JSON.stringify(object))
      .join("\n---\n"),
  );
  const outcome = action.plan(input, {
    target,
    history,
    objects,
    now: new Date(NOW).toISOString(),
    seed: "abc123",
  });
  if ("unchanged" in outcome) throw new Error(outcome.unchanged);
  const planned = "refused" in outcome ? NOTHING : outcome;
  return {
    action: action.id,
    target,
    planned,
    objects,
    rules: RULES,
    caller: "alice",
    entries: [],
    now: NOW,
    isUndo: false,
    ...settings,
  };
}

function isOn(object: KubeObject, fieldSelector: string | undefined): boolean {
  const { spec } = object as { spec?: { nodeName?: string } };
  return fieldSelector === undefined || fieldSelector === `spec.nodeName=${spec?.nodeName}`;
}

function isNeeded({ kind, metadata }: KubeObject, { resource, namespace, name }: Need): boolean {
  return (
    resourceOfKind(kind) === resource &&
    (namespace === undefined || metadata.namespace === namespace) &&
    (name === undefined || metadata.name === name)
  );
}
