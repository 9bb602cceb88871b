import { buildSnapshot, type KubeObject, type ObjectOf } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { beforeOf, planIn, plannedIn, shopObject, verifyIn } from "../../testing/shop.ts";
import { drain } from "./action.ts";

const input = { name: "node-1" };
const object = { resource: "nodes", namespace: "", name: "node-1" };
const isCordoned = ({ spec = {} }: { spec?: object }) => Object.assign(spec, { unschedulable: true });
const evictWeb = {
  verb: "evict",
  object: { resource: "pods", namespace: "shop", name: "web-3-a" },
  uid: "uid-web-3-a",
};

/** The Pods that are there, of all that the shop has on the Node. */
function withPods(pods: readonly KubeObject[]) {
  const answers = [{ need: { resource: "pods" as const }, items: pods }];
  const cluster = { name: "test", source: "recording" } as const;
  return buildSnapshot({ cluster, asOf: "2026-01-02T00:00:00Z", answers, logs: [] }).objects;
}

describe("drain", () => {
  it("asks the API server for the Pods of the Node, as kubectl does", () => {
    expect(drain.history?.(input, shopObject("nodes", "node-1"))).toEqual({
      resource: "pods",
      namespace: "",
      fieldSelector: "spec.nodeName=node-1",
    });
  });

  it("cordons first, then evicts all but Pods of DaemonSets, and waits for budgets", () => {
    const plan = plannedIn(drain, input);
    expect(plan.writes).toEqual([
      { verb: "patch", object, patch: { type: "strategic", value: { spec: { unschedulable: true } } } },
      evictWeb,
    ]);
    expect(plan).toMatchObject({
      waitsForBudgets: true,
      facts: { evicted: ["shop/web-3-a"] },
      undo: { by: "fields", changes: [{ path: "/spec/unschedulable", after: true }] },
      warnings: ["Taking it back uncordons the Node; evicted Pods do not move back."],
    });
    expect(plan.ends.map(({ metadata }) => metadata.name)).toEqual(["web-3-a"]);
  });

  it("leaves static Pods where they are", () => {
    const before = beforeOf(drain, input);
    const annotations = { "kubernetes.io/config.mirror": "x" };
    const mirror = shopObject("pods", "lone", ({ metadata }) => Object.assign(metadata, { annotations }));
    const plan = drain.plan(input, { ...before, history: [...before.history, mirror] });
    expect(plan).toMatchObject({ facts: { evicted: ["shop/web-3-a"] } });
  });

  it("writes nothing to a cordoned Node but evictions, which nothing takes back", () => {
    const plan = plannedIn(drain, input, isCordoned);
    expect(plan.writes).toEqual([evictWeb]);
    expect(plan.undo).toMatchObject({ by: "nothing" });
    expect(plan.warnings).toEqual([]);
  });

  it("has nothing to do on a cordoned Node with Pods of DaemonSets alone", () => {
    const before = beforeOf(drain, input, isCordoned);
    const history = [shopObject("pods", "agent-1")];
    expect(drain.plan(input, { ...before, history })).toEqual({ unchanged: "node/node-1 drained" });
  });

  it("cordons an empty Node", () => {
    const plan = drain.plan(input, { ...beforeOf(drain, input), history: [] });
    expect(plan).toMatchObject({ writes: [{ verb: "patch" }], facts: { evicted: [] } });
  });

  it("needs what guard rails look at in the namespaces of its Pods, each once", () => {
    const pods = [shopObject("pods", "web-3-a"), shopObject("pods", "agent-1")];
    const needs = drain.needs(input, pods);
    expect(needs).toEqual(
      expect.arrayContaining([
        { resource: "nodes" },
        ...["pods", "replicaSets", "jobs", "podDisruptionBudgets"].map((resource) => ({
          resource,
          namespace: "shop",
        })),
      ]),
    );
    expect(new Set(needs.map((need) => JSON.stringify(need))).size).toBe(needs.length);
  });

  const cordoned = shopObject("nodes", "node-1", isCordoned);
  const old = shopObject("pods", "web-3-a");
  const reborn = shopObject("pods", "web-3-a", ({ metadata }) => Object.assign(metadata, { uid: "another" }));
  it.each<[string, ObjectOf<"nodes"> | undefined, readonly KubeObject[], object]>([
    ["is done when its Pods are gone", cordoned, [], { state: "done", message: "node/node-1 drained" }],
    ["is done when another Pod has the name of one that is gone", cordoned, [reborn], { state: "done" }],
    [
      "waits for Pods that are still there",
      cordoned,
      [old],
      { state: "waiting", message: "1 of 1 Pods have not ended yet." },
    ],
    ["has failed when somebody uncordons the Node", shopObject("nodes", "node-1"), [], { state: "failed" }],
    ["has failed when the Node is deleted", undefined, [], { state: "failed" }],
  ])("%s", (_, target, pods, progress) => {
    expect(verifyIn(drain, input, { target, objects: withPods(pods) })).toMatchObject(progress);
  });

  it("does not take a plan for another Node's Pods", () => {
    expect(planIn(drain, { name: "node-2" })).toMatchObject({
      facts: { evicted: ["shop/lone", "shop/web-3-b"] },
    });
  });
});
