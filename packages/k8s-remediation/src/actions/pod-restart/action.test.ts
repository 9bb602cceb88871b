import { buildSnapshot, type KubeObject } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { plannedIn, shopObject, verifyIn } from "../../testing/shop.ts";
import { podRestart } from "./action.ts";

const input = { namespace: "shop", name: "web-3-a" };
const lone = { namespace: "shop", name: "lone" };

function pods(items: readonly KubeObject[]) {
  const cluster = { name: "test", source: "recording" } as const;
  const answers = [{ need: { resource: "pods" as const }, items }];
  return buildSnapshot({ cluster, asOf: "2026-01-02T00:00:00Z", answers, logs: [] }).objects;
}

const old = shopObject("pods", "web-3-a");
const ending = shopObject("pods", "web-3-a", ({ metadata }) => {
  metadata.deletionTimestamp = "2026-01-02T00:00:00Z";
});
const sibling = shopObject("pods", "web-3-b");
const another = (status: string, name = "web-3-c") =>
  shopObject("pods", "web-3-a", (pod) => {
    Object.assign(pod.metadata, { name, uid: "uid-another" });
    pod.status = { phase: "Running", conditions: [{ type: "Ready", status }] };
  });

describe("pod_restart", () => {
  it("evicts the Pod that was seen, by its UID, and nothing takes that back", () => {
    expect(plannedIn(podRestart, input)).toMatchObject({
      summary: "Evict Pod web-3-a; ReplicaSet web-3 makes another one.",
      writes: [{ verb: "evict", object: { resource: "pods", ...input }, uid: "uid-web-3-a" }],
      undo: { by: "nothing" },
      ends: [{ metadata: { name: "web-3-a" } }],
      subject: { kind: "Deployment", namespace: "shop", name: "web" },
    });
  });

  it("says so when nothing makes another Pod", () => {
    expect(plannedIn(podRestart, lone).summary).toBe("Evict Pod lone, which nothing replaces.");
  });

  it.each([
    ["waits while the Pod is there", [old], { state: "waiting", message: "Pod web-3-a is still there." }],
    ["waits while it ends", [ending], { state: "waiting", message: "Pod web-3-a is ending." }],
    [
      "waits for the controller; a Pod that was there before is no replacement",
      [sibling],
      { state: "waiting", message: "ReplicaSet web-3 has not made another Pod yet." },
    ],
    [
      "waits until the replacement is Ready",
      [sibling, another("False")],
      { state: "waiting", message: "Pod web-3-c has replaced it and is not Ready yet." },
    ],
    ["is done when it is", [another("True")], { state: "done" }],
    [
      "is done when a Pod of the same name has taken its place",
      [another("True", "web-3-a")],
      { state: "done" },
    ],
  ])("%s", (_, items, progress) => {
    expect(verifyIn(podRestart, input, { objects: pods(items) })).toMatchObject(progress);
  });

  it("is done when a Pod that nothing replaces is gone", () => {
    const progress = verifyIn(podRestart, lone, { target: undefined, objects: pods([]) });
    expect(progress).toEqual({ state: "done", message: "Pod lone is gone." });
  });
});
