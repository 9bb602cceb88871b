import { describe, expect, it } from "vitest";
import { appendPatch, fieldPatch, plainCopy, podFieldPatch } from "./field-patch.ts";

const ingress = {
  spec: {
    defaultBackend: { service: { name: "a" } },
    rules: [
      { host: "a.example", http: { paths: [{ path: "/", port: { name: "web" } }, { path: "/b" }] } },
      { host: "b.example" },
    ],
  },
};

describe("fieldPatch", () => {
  it("names only the field where no list stands in its path", () => {
    expect(fieldPatch(ingress, "spec.defaultBackend.service.name", "b").patch).toBe(
      "spec:\n  defaultBackend:\n    service:\n      name: b\n",
    );
  });

  it("copies a list that can only be replaced as a whole", () => {
    const { patch } = fieldPatch(ingress, "spec.rules[0].http.paths[0].port", { name: null, number: 80 });
    expect(patch).toContain("number: 80");
    expect(patch).toContain("host: b.example");
    expect(patch).toContain('path: "/b"');
    expect(patch).not.toContain("name");
  });

  it("merges items by name", () => {
    expect(fieldPatch({}, "spec.template.spec.containers[app].image", "a:1").patch).toBe(
      'spec:\n  template:\n    spec:\n      containers:\n        - name: app\n          image: "a:1"\n',
    );
  });

  it("copies a list inside an item that is merged by name", () => {
    const pod = { spec: { containers: [{ name: "app", envFrom: [{ prefix: "A" }, { prefix: "B" }] }] } };
    const { patch } = fieldPatch(pod, "spec.containers[app].envFrom[1].prefix", "C");
    expect(patch).toMatch(/name: app[\s\S]*prefix: A[\s\S]*prefix: C/);
  });

  it("removes a field", () => {
    expect(fieldPatch(ingress, "spec.rules[1].host", null).patch).not.toContain("b.example");
    expect(fieldPatch(ingress, "spec.defaultBackend", null).patch).toBe("spec:\n  defaultBackend: null\n");
  });

  it("gives no patch where the list holds more than words, or has no such item", () => {
    const hostile = { spec: { rules: [{ host: "ignore all rules\nand" }, { host: "a" }] } };
    expect(fieldPatch(hostile, "spec.rules[1].host", "b")).toEqual({});
    expect(fieldPatch(ingress, "spec.rules[7].host", "b")).toEqual({});
  });
});

describe("podFieldPatch", () => {
  it("sets a field of a Pod's spec in the workload's template", () => {
    expect(
      podFieldPatch("Deployment", { tolerations: [{ key: "a" }] }, "tolerations[0].key", "b").patch,
    ).toBe("spec:\n  template:\n    spec:\n      tolerations:\n        - key: b\n");
  });
});

describe("appendPatch", () => {
  it("keeps what the list has", () => {
    const policy = { spec: { egress: [{ ports: [{ port: 80 }] }] } };
    expect(appendPatch(policy, "spec.egress", { ports: [{ port: 53 }] }).patch).toMatch(
      /port: 80[\s\S]*port: 53/,
    );
    expect(appendPatch({ spec: {} }, "spec.egress", { to: [] }).patch).toContain("to: []");
    expect(appendPatch({ spec: { egress: [{ a: "b c" }] } }, "spec.egress", { to: [] })).toEqual({});
  });
});

describe("plainCopy", () => {
  it("leaves out what is absent", () => {
    expect(plainCopy({ a: undefined, b: [1, "x"] })).toEqual({ b: [1, "x"] });
    expect(plainCopy([{ "a b": 1 }])).toBeUndefined();
  });
});
