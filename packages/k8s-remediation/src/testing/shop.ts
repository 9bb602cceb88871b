import type { KubeObject, ObjectOf, ResourceKey } from "@k8s-ops/k8s-cluster";
import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import type { Action, After, Before, Planned, Refused, Unchanged } from "../action.ts";
import { type FakeCluster, fakeCluster } from "./fake-cluster.ts";
import type { Draft } from "./store.ts";

const FIXTURE = new URL("./fixtures/shop.yaml", import.meta.url);
const { objects } = snapshotFromFile(FIXTURE);

/** A shop with one workload of each kind: fixtures/shop.yaml. */
export function shop(): FakeCluster {
  return fakeCluster(JSON.stringify({ apiVersion: "v1", kind: "List", items: ITEMS }));
}

const KINDS = [
  "deployments",
  "replicaSets",
  "pods",
  "podDisruptionBudgets",
  "statefulSets",
  "controllerRevisions",
  "daemonSets",
  "cronJobs",
  "jobs",
  "nodes",
] as const satisfies readonly ResourceKey[];
const ITEMS = KINDS.flatMap((kind) => objects[kind].all as readonly KubeObject[]);

/** An object of the shop, changed. */
export function shopObject<K extends ResourceKey>(
  resource: K,
  name: string,
  change: (object: Draft) => void = () => {},
): ObjectOf<K> {
  const found = (objects[resource].all as readonly KubeObject[]).find(
    ({ metadata }) => metadata.name === name,
  );
  if (!found) throw new Error(`the shop has no ${resource} ${name}`);
  const draft = structuredClone(found) as unknown as Draft;
  change(draft);
  return draft as unknown as ObjectOf<K>;
}

export const NOW = "2026-01-02T00:00:00.123Z";

/** What a plan is made from, in the shop. `change` is made to the target before. */
export function beforeOf<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  change: (object: Draft) => void = () => {},
): Before<K> {
  const { resource, name } = action.target(input);
  const target = shopObject(resource, name, change);
  const list = action.history?.(input, target);
  const history = list ? (objects[list.resource].all as readonly KubeObject[]) : [];
  const node = list?.fieldSelector?.split("=")[1];
  return {
    target,
    history: history.filter((item) => node === undefined || nodeOf(item) === node),
    objects,
    now: NOW,
    seed: "a1b2c3",
  };
}

function nodeOf(object: KubeObject): string | undefined {
  return (object as ObjectOf<"pods">).spec?.nodeName;
}

/** The plan of an action in the shop. */
export function planIn<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  change?: (object: Draft) => void,
): Planned | Refused | Unchanged {
  return action.plan(input, beforeOf(action, input, change));
}

/** The same, of a plan that there is. */
export function plannedIn<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  change?: (object: Draft) => void,
): Planned {
  const plan = planIn(action, input, change);
  if (!("writes" in plan)) throw new Error(`no plan: ${JSON.stringify(plan)}`);
  return plan;
}

/** What an action sees when it looks at its target, changed or gone, after its plan was carried out. */
export function verifyIn<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  after: Partial<After<K>>,
) {
  const before = beforeOf(action, input);
  const plan = action.plan(input, before);
  if (!("writes" in plan)) throw new Error(`no plan: ${JSON.stringify(plan)}`);
  return action.verify(input, plan, { target: before.target, objects, ...after }, before);
}
