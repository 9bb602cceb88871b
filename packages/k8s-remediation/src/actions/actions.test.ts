import type { KubeObject, ResourceKey } from "@k8s-ops/k8s-cluster";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Action, Planned } from "../action.ts";
import { applyJsonPatch, applyPatch } from "../testing/patches.ts";
import { beforeOf } from "../testing/shop.ts";
import type { Draft } from "../testing/store.ts";
import { undoFields } from "../undo/undo-fields/action.ts";
import { ACTIONS } from "./index.ts";

type Change = (object: Draft) => void;
interface Case {
  readonly action: Action;
  readonly input: unknown;
  /** What the target may look like before, as the API server writes it. */
  readonly specs: fc.Arbitrary<Change>;
}

const set =
  (values: object): Change =>
  (object) =>
    void Object.assign(object.spec ?? {}, values);
const sometimes = (values: object) => fc.constantFrom<Change>(() => {}, set(values));
const amount = fc.constantFrom("100m", "1", "64Mi");
const amounts = fc.dictionary(fc.constantFrom("cpu", "memory"), amount, {
  minKeys: 1,
  noNullPrototype: true,
});
const resources = fc.record(
  { requests: amounts, limits: amounts },
  { requiredKeys: [], noNullPrototype: true },
);
const container = fc.record(
  { name: fc.constantFrom("app", "proxy", "other"), image: fc.constantFrom("a:1", "b:2"), resources },
  { requiredKeys: ["name", "image"], noNullPrototype: true },
);
const containers = fc
  .uniqueArray(container, { selector: ({ name }) => name, minLength: 1 })
  .chain((list) => fc.constantFrom("containers", "initContainers").map((place) => [place, list] as const))
  .map(
    ([place, list]): Change =>
      (object) => {
        const { template } = object.spec as { template: { spec: Record<string, unknown> } };
        template.spec = { ...template.spec, containers: [], [place]: list };
      },
  );
const replicas = fc.nat(9).map((count) => set({ replicas: count }));

const web = { resource: "deployments", namespace: "shop", name: "web" } as const;
const node = { name: "node-1" };
const CASES: Readonly<Record<keyof typeof ACTIONS, Omit<Case, "action">>> = {
  cordon: { input: node, specs: fc.constant(() => {}) },
  uncordon: { input: node, specs: fc.constant(set({ unschedulable: true })) },
  drain: { input: node, specs: sometimes({ unschedulable: true }) },
  cronjobSuspend: {
    input: { namespace: "shop", name: "nightly", suspend: true },
    specs: fc.constantFrom<Change>(
      () => {},
      ({ spec = {} }) => {
        delete spec.suspend;
      },
    ),
  },
  jobRerun: { input: { namespace: "shop", name: "nightly-1" }, specs: sometimes({ backoffLimit: 3 }) },
  podRestart: { input: { namespace: "shop", name: "web-3-a" }, specs: fc.constant(() => {}) },
  rollback: { input: { ...web, revision: 0 }, specs: containers },
  rolloutPause: { input: web, specs: replicas },
  rolloutResume: { input: web, specs: fc.constant(set({ paused: true })) },
  rolloutRestart: { input: web, specs: containers },
  scale: { input: { ...web, replicas: 4 }, specs: replicas },
  setImage: { input: { ...web, container: "app", image: "c:3" }, specs: containers },
  setResources: { input: { ...web, container: "app", limits: { cpu: "2" } }, specs: containers },
};
const TABLE = Object.entries(CASES).map(([name, given]): [string, Case] => [
  name,
  { ...given, action: ACTIONS[name as keyof typeof ACTIONS] as unknown as Action },
]);

function planFor({ action, input }: Case, change: Change): [KubeObject, Planned] | undefined {
  const before = beforeOf(action, input, change);
  const plan = action.plan(input, before);
  return "writes" in plan ? [before.target, plan] : undefined;
}

/** The target after the writes that concern it. */
function written(target: KubeObject, { writes }: Planned): KubeObject {
  return writes.reduce<KubeObject>((object, write) => {
    if (write.verb === "patch") return applyPatch(object, write.patch);
    if (write.verb !== "scale") return object;
    return applyPatch(object, { type: "merge", value: { spec: { replicas: write.replicas } } });
  }, target);
}

describe("all actions", () => {
  it("have ids of their own, in snake_case", () => {
    const ids = Object.values(ACTIONS).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  it.each(TABLE)("%s: writes to its target alone, evictions and what it makes aside", (_, given) => {
    const { resource, namespace, name } = given.action.target(given.input);
    fc.assert(
      fc.property(given.specs, (change) => {
        const [, plan] = planFor(given, change) ?? [];
        const writes = plan?.writes.filter(({ verb }) => verb !== "evict" && verb !== "create") ?? [];
        for (const { object } of writes) expect(object).toEqual({ resource, namespace, name });
      }),
      { numRuns: 20 },
    );
  });

  it.each(TABLE)(
    "%s: a plan tells what is undone by fields so exactly that nothing is left of it",
    (_, given) => {
      fc.assert(
        fc.property(given.specs, (change) => {
          const [target, plan] = planFor(given, change) ?? [];
          if (!target || plan?.undo.by !== "fields") return;
          const after = written(target, plan);
          expect(after).not.toEqual(target);
          const { object, changes } = plan.undo;
          const before = { ...beforeOf(given.action, given.input), target: after, history: [] };
          const undoing = undoFields.plan({ object, changes }, before as never);
          const [write] = "writes" in undoing ? undoing.writes : [];
          if (write?.verb !== "patch" || write.patch.type !== "json") throw new Error("no undo");
          expect(applyJsonPatch(after, write.patch.value)).toEqual(target);
        }),
        { numRuns: 50 },
      );
    },
  );

  it.each(TABLE)("%s: the same plan is made of the same objects", (_, given) => {
    fc.assert(
      fc.property(given.specs, (change) => {
        expect(planFor(given, change)).toEqual(planFor(given, change));
      }),
      { numRuns: 10 },
    );
  });

  it.each(TABLE)("%s: neither target nor history is changed by planning", (_, given) => {
    const before = beforeOf<ResourceKey, unknown>(given.action, given.input);
    const copy = structuredClone({ target: before.target, history: before.history });
    given.action.plan(given.input, before);
    expect({ target: before.target, history: before.history }).toEqual(copy);
  });
});
