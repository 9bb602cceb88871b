import { describe, expect, it } from "vitest";
import { parseRefusal } from "./refusals.ts";
import { ruleAllows } from "./rules.ts";

const pods = { verb: "get", group: "", resource: "pods", namespace: "shop", name: "web-1" };
const rule = { verbs: ["get"], apiGroups: [""], resources: ["pods"] };

describe("a policy rule", () => {
  it.each([
    ["the very request", rule, pods, true],
    ["any verb", { ...rule, verbs: ["*"] }, pods, true],
    ["any group", { ...rule, apiGroups: ["*"] }, pods, true],
    ["any resource", { ...rule, resources: ["*"] }, { ...pods, resource: "pods/log" }, true],
    [
      "the subresource of any resource",
      { ...rule, resources: ["*/log"] },
      { ...pods, resource: "pods/log" },
      true,
    ],
    ["one object", { ...rule, resourceNames: ["web-1"] }, pods, true],
  ])("allows %s", (_, given, request, expected) => {
    expect(ruleAllows(given, request)).toBe(expected);
  });

  it.each([
    ["another verb", rule, { ...pods, verb: "list" }],
    ["another group", rule, { ...pods, group: "apps" }],
    ["a subresource of what it names", rule, { ...pods, resource: "pods/log" }],
    ["the resource of a subresource", { ...rule, resources: ["*/log"] }, pods],
    ["another object", { ...rule, resourceNames: ["web-2"] }, pods],
    ["all objects where it names some", { ...rule, resourceNames: ["web-1"] }, { ...pods, name: undefined }],
  ])("does not allow %s", (_, given, request) => {
    expect(ruleAllows(given, request)).toBe(false);
  });

  it("allows paths by prefix", () => {
    const paths = { verbs: ["get"], nonResourceURLs: ["/healthz", "/metrics/*"] };
    expect(ruleAllows(paths, { verb: "get", path: "/metrics/cadvisor" })).toBe(true);
    expect(ruleAllows(paths, { verb: "get", path: "/healthz/etcd" })).toBe(false);
  });
});

describe("a refusal", () => {
  it("is read from quoted text with the object's name", () => {
    const line =
      '{"error":"leases.coordination.k8s.io \\"lock\\" is forbidden: User \\"system:serviceaccount:shop:web\\" cannot get resource \\"leases\\" in API group \\"coordination.k8s.io\\" in the namespace \\"shop\\""}';
    expect(parseRefusal(line)).toMatchObject({
      account: { namespace: "shop", name: "web" },
      request: {
        verb: "get",
        resource: "leases",
        group: "coordination.k8s.io",
        namespace: "shop",
        name: "lock",
      },
      informer: false,
    });
  });

  it("of somebody who is no ServiceAccount is none", () => {
    const line = 'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group ""';
    expect(parseRefusal(line)).toBeUndefined();
  });

  it("is found in hostile lines in time", () => {
    expect(parseRefusal(`"${"a".repeat(100_000)}`.repeat(5))).toBeUndefined();
  });
});
