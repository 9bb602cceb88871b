import type { ClusterReader, KubeObject, Need } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import type { Scenario, Step } from "./scenario.ts";
import { holds, settle } from "./settle.ts";

const pod = (name: string, phase: string): KubeObject =>
  ({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "mine" }, status: { phase } }) as KubeObject;

const scenario = (part: Partial<Scenario>): Scenario => ({
  name: "s",
  folder: "/",
  namespace: "mine",
  title: "",
  targets: [],
  steps: [],
  settle: { seconds: 0, until: [] },
  cleanup: [],
  ...part,
});

/** A cluster whose Pods are the first answer, then the second, and so on. */
function clusterOf(...answers: readonly (readonly KubeObject[])[]): ClusterReader {
  let asked = 0;
  return {
    cluster: { name: "test", source: "recording" },
    now: () => "2026-01-01T00:00:00Z",
    read: async (need: Need) => ({ need, items: answers[Math.min(asked++, answers.length - 1)] ?? [] }),
    logs: async (need) => ({ need }),
    close: async () => {},
  };
}

describe("a condition", () => {
  const world = new Map([["pods" as const, [pod("a", "Running"), pod("b", "Pending")]]]);

  it.each([
    { condition: { kind: "Pod" }, expected: true },
    { condition: { kind: "Pod", count: 2 }, expected: true },
    { condition: { kind: "Pod", count: 3 }, expected: false },
    { condition: { kind: "Pod", count: 0 }, expected: false },
    { condition: { kind: "Pod", name: "a", like: { status: { phase: "Running" } } }, expected: true },
    { condition: { kind: "Pod", name: "b", like: { status: { phase: "Running" } } }, expected: false },
    { condition: { kind: "Pod", namespace: "other" }, expected: false },
    { condition: { kind: "Pod", namespace: "other", count: 0 }, expected: true },
    { condition: { kind: "Node" }, expected: false },
  ])("$condition holds: $expected", ({ condition, expected }) => {
    expect(holds(condition, { namespace: "mine" }, world)).toBe(expected);
  });

  it("about an unknown kind is an error", () => {
    expect(() => holds({ kind: "Pods" }, { namespace: "mine" }, world)).toThrow("there is no kind Pods");
  });
});

describe("settling", () => {
  it("makes the steps in order, each when its conditions hold", async () => {
    const steps: Step[] = [
      { when: [{ kind: "Pod", name: "a" }], kubectl: ["one"] },
      { when: [{ kind: "Pod", name: "b" }], kubectl: ["two"] },
    ];
    const made: string[] = [];
    const one = scenario({
      steps,
      settle: { seconds: 30, until: [{ kind: "Pod", name: "b", like: { status: { phase: "Running" } } }] },
    });
    const [result] = await settle([one], {
      pollMs: 1,
      reader: clusterOf(
        [],
        [pod("a", "Running")],
        [pod("b", "Pending")],
        [pod("b", "Pending")],
        [pod("b", "Running")],
      ),
      onStep: async (_, { kubectl }) => {
        made.push(...kubectl);
      },
    });
    expect([made, result?.missing]).toEqual([["one", "two"], []]);
  });

  it("says what was not seen in time", async () => {
    const late = scenario({
      settle: {
        seconds: 0,
        until: [
          { kind: "Pod", name: "a" },
          { kind: "Pod", name: "b" },
        ],
      },
    });
    const [result] = await settle([late], {
      pollMs: 1,
      reader: clusterOf([pod("a", "Running")], [pod("a", "Running")]),
      onStep: async () => {},
    });
    expect(result?.missing).toEqual(['{"kind":"Pod","name":"b"}']);
  });

  it("ends at once when the cluster itself is broken", async () => {
    const never = scenario({ settle: { seconds: 3_600, until: [{ kind: "Pod", name: "b" }] } });
    let looks = 0;
    const settling = settle([never], {
      pollMs: 1,
      reader: clusterOf([]),
      onStep: async () => {},
      assertWell: async () => {
        if (++looks > 2) throw new Error("kubelet is dead");
      },
    });
    await expect(settling).rejects.toThrow("kubelet is dead");
  });

  it("waits until it has been so for as long as it must", async () => {
    const resting = scenario({ settle: { seconds: 0, rest: 0.05, until: [{ kind: "Pod" }] } });
    const started = performance.now();
    const [result] = await settle([resting], {
      pollMs: 1,
      reader: clusterOf([pod("a", "Running")]),
      onStep: async () => {},
    });
    expect(result?.missing).toEqual([]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(49);
  });
});
