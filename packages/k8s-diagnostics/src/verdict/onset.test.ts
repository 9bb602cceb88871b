import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { changesBefore } from "./changes.ts";
import { onsetOf } from "./onset.ts";

const AS_OF = "2026-01-01T12:00:00Z";
const POD: ObjectRef = { kind: "Pod", namespace: "shop", name: "web" };

const snapshot = (pod: string, more = "") =>
  snapshotFromYaml(`
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, uid: p1, creationTimestamp: "2026-01-01T08:00:00Z" }
spec: { nodeName: n1, containers: [{ name: app, image: a, envFrom: [{ configMapRef: { name: settings } }] }] }
status: ${pod}
---
${more || "{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }"}
`);

const UNREADY = `{ phase: Running, conditions: [{ type: Ready, status: "False", lastTransitionTime: "2026-01-01T11:30:00Z" }] }`;
const event = (uid: string, first: string, last: string): string =>
  `{ apiVersion: v1, kind: Event, metadata: { name: e, namespace: shop }, type: Warning, reason: BackOff, involvedObject: { kind: Pod, namespace: shop, name: web, uid: ${uid} }, firstTimestamp: "${first}", lastTimestamp: "${last}" }`;

describe("the onset of a trouble", () => {
  it.each([
    ["the Pod's loss of readiness", UNREADY, "", "2026-01-01T11:30:00Z"],
    ["its first warning", UNREADY, event("p1", "2026-01-01T11:20:00Z", AS_OF), "2026-01-01T11:20:00Z"],
    [
      "not the warning of a deleted Pod of the same name",
      UNREADY,
      event("p0", "2026-01-01T11:20:00Z", AS_OF),
      "2026-01-01T11:30:00Z",
    ],
    [
      "not a warning of long ago",
      UNREADY,
      event("p1", "2026-01-01T08:00:00Z", "2026-01-01T08:10:00Z"),
      "2026-01-01T11:30:00Z",
    ],
    [
      "the scheduler's first refusal",
      `{ phase: Pending, conditions: [{ type: PodScheduled, status: "False", lastTransitionTime: "2026-01-01T09:00:00Z" }] }`,
      "",
      "2026-01-01T09:00:00Z",
    ],
    [
      "unknown of a healthy Pod",
      `{ phase: Running, conditions: [{ type: Ready, status: "True" }] }`,
      "",
      undefined,
    ],
  ])("is %s", (_, pod, more, expected) => {
    expect(onsetOf([POD], snapshot(pod, more).objects, AS_OF)).toBe(expected);
  });

  it("is that of the object which was in trouble first", () => {
    const { objects } = snapshot(
      UNREADY,
      `{ apiVersion: v1, kind: Node, metadata: { name: n1 }, status: { conditions: [{ type: Ready, status: Unknown, lastTransitionTime: "2026-01-01T11:29:00Z" }] } }`,
    );
    const node = { kind: "Node", namespace: "", name: "n1" };
    expect(onsetOf([POD, node], objects, AS_OF)).toBe("2026-01-01T11:29:00Z");
  });
});

describe("what changed just before", () => {
  const settings = (created: string, written: string): string =>
    `{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings, namespace: shop, creationTimestamp: "${created}", managedFields: [{ manager: kubectl-edit, operation: Update, time: "${written}" }] } }`;

  it("is the configuration that the Pod reads, and who wrote it", () => {
    const { objects } = snapshot(UNREADY, settings("2025-12-01T00:00:00Z", "2026-01-01T11:28:00Z"));
    expect(changesBefore("2026-01-01T11:30:00Z", [POD], objects)).toEqual([
      {
        object: { kind: "ConfigMap", namespace: "shop", name: "settings" },
        field: "metadata.managedFields[kubectl-edit].time",
        value: "2026-01-01T11:28:00Z",
      },
    ]);
  });

  it.each([
    ["written long before", "2025-12-01T00:00:00Z", "2026-01-01T10:00:00Z"],
    ["written since", "2025-12-01T00:00:00Z", "2026-01-01T11:31:00Z"],
    ["made together with the Pod", "2026-01-01T11:28:00Z", "2026-01-01T11:28:00Z"],
  ])("is no configuration %s", (_, created, written) => {
    const { objects } = snapshot(UNREADY, settings(created, written));
    expect(changesBefore("2026-01-01T11:30:00Z", [POD], objects)).toEqual([]);
  });

  it("is the state of the Pod's Node", () => {
    const { objects } = snapshot(
      UNREADY,
      `{ apiVersion: v1, kind: Node, metadata: { name: n1 }, status: { conditions: [{ type: MemoryPressure, status: "True", lastTransitionTime: "2026-01-01T11:29:00Z" }] } }`,
    );
    expect(changesBefore("2026-01-01T11:30:00Z", [POD], objects)).toMatchObject([
      { object: { kind: "Node", name: "n1" }, field: "status.conditions[MemoryPressure]" },
    ]);
  });
});
