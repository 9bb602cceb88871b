import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { admitsPort, isolating } from "./network-policies.ts";

const read = (spec: string) => {
  const { objects } = snapshotFromYaml(`
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: rule, namespace: shop }
spec: ${spec}`);
  const pod = objects.pods.get("shop", "web");
  if (!pod) throw new Error("no Pod in the snapshot");
  return { pod, objects };
};

describe("network policies", () => {
  it.each([
    ["{ podSelector: {} }", ["Ingress"]],
    ["{ podSelector: {}, egress: [] }", ["Ingress", "Egress"]],
    ["{ podSelector: {}, policyTypes: [Egress] }", ["Egress"]],
    ["{ podSelector: { matchLabels: { app: db } } }", []],
  ])("isolate a Pod: %s", (spec, expected) => {
    const { pod, objects } = read(spec);
    const directions = (["Ingress", "Egress"] as const).filter(
      (direction) => isolating(pod, direction, objects).length > 0,
    );
    expect(directions).toEqual(expected);
  });

  it.each([
    ["no rule", "{ podSelector: {} }", false],
    ["a rule without ports", "{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }", true],
    ["the number", "{ podSelector: {}, ingress: [{ ports: [{ port: 8080 }] }] }", true],
    ["a range", "{ podSelector: {}, ingress: [{ ports: [{ port: 8000, endPort: 9000 }] }] }", true],
    ["the name", "{ podSelector: {}, ingress: [{ ports: [{ port: http }] }] }", true],
    ["another number", "{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }", false],
    ["another protocol", "{ podSelector: {}, ingress: [{ ports: [{ port: 8080, protocol: UDP }] }] }", false],
  ])("admit port 8080 by %s", (_, spec, expected) => {
    const { pod, objects } = read(spec);
    const policies = isolating(pod, "Ingress", objects);
    expect(admitsPort(policies, "Ingress", { number: 8080, name: "http", protocol: "TCP" })).toBe(expected);
  });
});
