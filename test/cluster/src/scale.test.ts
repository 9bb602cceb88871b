import { describe, expect, it } from "vitest";
import { forEachBounded } from "./api.ts";
import { nodeObject, podObject, scaleNamespaces, scaleNodes, scalePods } from "./scale-objects.ts";

const wanted = { nodes: 3, pods: 100 };

describe("scale", () => {
  it("spreads Pods evenly over nodes and namespaces", () => {
    const pods = scalePods(wanted);
    const perNode = scaleNodes(wanted).map((name) => pods.filter(({ node }) => node === name).length);
    const perNamespace = scaleNamespaces(wanted).map(
      (name) => pods.filter((pod) => pod.namespace === name).length,
    );
    expect(perNode.toSorted()).toEqual([33, 33, 34]);
    expect(new Set(perNamespace)).toEqual(new Set([10]));
    expect(new Set(pods.map(({ name }) => name)).size).toBe(100);
  });

  it("makes no namespace that would stay empty", () => {
    expect(scaleNamespaces({ nodes: 1, pods: 0 })).toEqual([]);
    expect(scaleNamespaces({ nodes: 1, pods: 2 })).toHaveLength(2);
  });

  it("keeps the scheduler's Pods off the imitated nodes", () => {
    expect(nodeObject("n").spec.taints).toEqual([
      { key: "kwok.x-k8s.io/node", value: "fake", effect: "NoSchedule" },
    ]);
  });

  it("binds each Pod itself", () => {
    expect(podObject({ name: "app-00001", namespace: "s", node: "n" }).spec.nodeName).toBe("n");
  });
});

describe("bounded work", () => {
  it("keeps to the limit and does everything", async () => {
    let active = 0;
    let most = 0;
    const done: number[] = [];
    await forEachBounded([1, 2, 3, 4, 5], 2, async (value) => {
      most = Math.max(most, ++active);
      await new Promise((resolve) => setTimeout(resolve, 1));
      active--;
      done.push(value);
    });
    expect(most).toBe(2);
    expect(done.toSorted()).toEqual([1, 2, 3, 4, 5]);
  });

  it("begins nothing more after a failure", async () => {
    const begun: number[] = [];
    const work = forEachBounded([1, 2, 3, 4], 1, async (value) => {
      begun.push(value);
      if (value === 2) throw new Error("stop");
    });
    await expect(work).rejects.toThrow("stop");
    expect(begun).toEqual([1, 2]);
  });
});
