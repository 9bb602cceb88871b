import type { KubeObject } from "@k8s-ops/k8s-cluster";
import { canonicalJson } from "@k8s-ops/k8s-diagnostics/kube";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shopObject } from "../testing/shop.ts";
import type { Draft } from "../testing/store.ts";
import { digestOf, intentDigest } from "./digest.ts";

const web = (change?: (object: Draft) => void): KubeObject => shopObject("deployments", "web", change);
const node = (change?: (object: Draft) => void): KubeObject => shopObject("nodes", "node-1", change);
const key = fc.stringMatching(/^[a-z]{1,8}$/);

describe("intentDigest", () => {
  it.each<[string, (object: Draft) => void]>([
    ["the status", (object) => void Object.assign(object, { status: { replicas: 9 } })],
    ["the resourceVersion", ({ metadata }) => void Object.assign(metadata, { resourceVersion: "9" })],
    ["the generation", ({ metadata }) => void Object.assign(metadata, { generation: 9 })],
    ["managedFields", ({ metadata }) => void Object.assign(metadata, { managedFields: [{ manager: "x" }] })],
    [
      "annotations of the Deployment controller",
      ({ metadata }) =>
        void Object.assign(metadata.annotations ?? {}, { "deployment.kubernetes.io/revision": "9" }),
    ],
    [
      "annotations of the Job controller",
      ({ metadata }) =>
        void Object.assign(metadata.annotations ?? {}, { "batch.kubernetes.io/job-tracking": "" }),
    ],
    [
      "the template generation that the API server counts for a DaemonSet",
      ({ metadata }) => {
        Object.assign(metadata.annotations ?? {}, { "deprecated.daemonset.template.generation": "2" });
      },
    ],
  ])("is not changed by %s", (_, change) => {
    expect(intentDigest(web(change))).toBe(intentDigest(web()));
  });

  it.each<[string, (object: Draft) => void]>([
    ["the uid", ({ metadata }) => void Object.assign(metadata, { uid: "another" })],
    [
      "the deletion",
      ({ metadata }) => void Object.assign(metadata, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    ],
    ["another replica", ({ spec = {} }) => void Object.assign(spec, { replicas: 3 })],
    [
      "an annotation that looks like a controller's",
      ({ metadata }) => {
        Object.assign(metadata.annotations ?? {}, { "deployment.kubernetes.io.example/x": "1" });
      },
    ],
    [
      "a label of the template",
      ({ spec = {} }) => {
        const { template } = spec as { template: { metadata: { labels: object } } };
        Object.assign(template.metadata.labels, { tier: "front" });
      },
    ],
  ])("is changed by %s", (_, change) => {
    expect(intentDigest(web(change))).not.toBe(intentDigest(web()));
  });

  it.each(["labels", "annotations"] as const)("is changed by any of the %s", (place) => {
    fc.assert(
      fc.property(key, fc.string(), (name, value) => {
        const changed = web(({ metadata }) => void Object.assign(metadata[place] ?? {}, { [name]: value }));
        fc.pre(changed.metadata[place]?.[name] !== web().metadata[place]?.[name]);
        expect(intentDigest(changed)).not.toBe(intentDigest(web()));
      }),
    );
  });

  it("is changed by any field of the spec, wherever it is", () => {
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), fc.jsonValue(), (path, value) => {
        const nested = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
        const changed = web(({ spec = {} }) => void Object.assign(spec, { extra: nested }));
        expect(intentDigest(changed)).not.toBe(intentDigest(web()));
      }),
    );
  });

  it("of a Node is changed by spec.unschedulable alone, because controllers write the rest", () => {
    const busy = node((object) => {
      Object.assign(object.metadata.labels ?? {}, { zone: "b" });
      object.metadata.annotations = { "volumes.kubernetes.io/controller-managed-attach-detach": "true" };
      Object.assign(object.spec ?? {}, { taints: [{ key: "x", effect: "NoSchedule" }] });
    });
    expect(intentDigest(busy)).toBe(intentDigest(node()));
    const cordoned = node(({ spec = {} }) => void Object.assign(spec, { unschedulable: true }));
    expect(intentDigest(cordoned)).not.toBe(intentDigest(node()));
    const said = node(({ spec = {} }) => void Object.assign(spec, { unschedulable: false }));
    expect(intentDigest(said)).toBe(intentDigest(node()));
  });
});

/** The same value with the members of its objects the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, item]) => [name, turned(item)]),
  );
}

describe("canonicalJson", () => {
  it("does not depend on the order of members, and is the value's JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(turned(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("tells lists from objects and texts from numbers", () => {
    const values = [[], {}, "", "1", 1, null, [1], ["1"], { 0: 1 }, [[1]], true];
    expect(new Set(values.map(digestOf)).size).toBe(values.length);
  });

  it("has a text for what has no JSON", () => {
    expect(canonicalJson(undefined)).toBe("null");
  });
});
