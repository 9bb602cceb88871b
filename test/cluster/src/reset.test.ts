import { describe, expect, it } from "vitest";
import type { KubeObject } from "./api.ts";
import { type Baseline, leftovers } from "./baseline.ts";
import { failedChecks } from "./health.ts";
import { type InventoryItem, objectKey, objectPath, resourcesIn } from "./inventory.ts";
import { nodeChange } from "./reset.ts";

const discovery = {
  items: [
    {
      metadata: {},
      versions: [
        {
          version: "v1",
          resources: [
            { resource: "pods", scope: "Namespaced", verbs: ["list", "delete"] },
            { resource: "nodes", scope: "Cluster", verbs: ["list", "delete"] },
            { resource: "events", scope: "Namespaced", verbs: ["list", "delete"] },
            { resource: "bindings", scope: "Namespaced", verbs: ["create"] },
          ],
        },
      ],
    },
    {
      metadata: { name: "autoscaling" },
      versions: ["v2", "v1"].map((version) => ({
        version,
        resources: [{ resource: "horizontalpodautoscalers", scope: "Namespaced", verbs: ["list", "delete"] }],
      })),
    },
  ],
};

function item(plural: string, name: string, namespace?: string): InventoryItem {
  const object: KubeObject = { metadata: namespace === undefined ? { name } : { name, namespace } };
  return { resource: { group: "", version: "v1", plural, namespaced: namespace !== undefined }, object };
}

describe("inventory", () => {
  it("takes each resource once, in the preferred version, if it can be listed and deleted", () => {
    expect(
      resourcesIn(discovery).map(({ group, version, plural }) => `${group}/${version}/${plural}`),
    ).toEqual(["/v1/pods", "/v1/nodes", "autoscaling/v2/horizontalpodautoscalers"]);
  });

  it("names and finds objects with and without a namespace", () => {
    expect(objectKey(item("pods", "web", "shop"))).toBe("pods/shop/web");
    expect(objectPath(item("pods", "web", "shop"))).toBe("/api/v1/namespaces/shop/pods/web");
    expect(objectPath(item("nodes", "n1"))).toBe("/api/v1/nodes/n1");
  });
});

describe("leftovers", () => {
  const baseline: Baseline = {
    keys: ["namespaces//default", "services/default/kubernetes"],
    node: { metadata: { name: "localhost" } },
  };

  it("are what the fresh cluster did not hold", () => {
    const items = [
      item("namespaces", "default"),
      item("services", "kubernetes", "default"),
      item("services", "web", "default"),
      item("namespaces", "shop"),
    ];
    expect(leftovers(items, baseline).map(objectKey)).toEqual(["services/default/web", "namespaces//shop"]);
  });

  it("spare what a controller makes again in a namespace that stays", () => {
    const items = [
      item("serviceaccounts", "default", "default"),
      item("configmaps", "kube-root-ca.crt", "default"),
      item("serviceaccounts", "default", "shop"),
    ];
    expect(leftovers(items, baseline).map(objectKey)).toEqual(["serviceaccounts/shop/default"]);
  });
});

describe("the real node", () => {
  const node = (labels: Record<string, string>, spec: object = {}): KubeObject => ({
    metadata: { name: "localhost", labels },
    spec,
  });

  it("is left alone when nobody changed it", () => {
    expect(nodeChange(node({ a: "1" }), node({ a: "1" }))).toBeUndefined();
  });

  it("loses a cordon, taints and labels, and gets back what was taken", () => {
    const now = node(
      { a: "2", b: "1" },
      { unschedulable: true, taints: [{ key: "k", effect: "NoSchedule" }] },
    );
    expect(nodeChange(now, node({ a: "1", c: "1" }))).toEqual({
      metadata: { labels: { a: "1", b: null, c: "1" }, annotations: {} },
      spec: { taints: null, unschedulable: null },
    });
  });
});

describe("failed checks", () => {
  it("are all that is told of a long answer", () => {
    expect(failedChecks("[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed")).toBe(
      "etcd failed: reason withheld",
    );
  });
});
