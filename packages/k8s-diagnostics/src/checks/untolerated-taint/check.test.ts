import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { untoleratedTaint } from "./check.ts";

describe(untoleratedTaint.id, () => {
  it("blames the taint of the Node that the Pod selects, not that of the control plane", () => {
    const [finding, ...more] = runOnFixture(untoleratedTaint, "fault-dedicated");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "dedicated",
      confidence: "certain",
      evidence: [
        {
          object: { kind: "Node", name: "gpu-1" },
          field: "spec.taints[dedicated]",
          value: "dedicated=gpu:NoSchedule",
        },
        { field: "spec.tolerations" },
        { field: "status.conditions[PodScheduled].message" },
      ],
    });
    expect(finding?.remedies?.[0]?.patch).toBe(
      "spec:\n  template:\n    spec:\n      tolerations:\n        - key: dedicated\n          operator: Equal\n          value: gpu\n          effect: NoSchedule\n",
    );
  });

  it("reports each taint when the scheduler names none, and keeps the Pod's own tolerations", () => {
    const findings = runOnFixture(untoleratedTaint, "fault-text-without-keys");
    expect(findings.map(({ subject, confidence }) => [subject, confidence])).toEqual([
      ["dedicated", "likely"],
      ["batch", "likely"],
    ]);
    expect(findings[1]?.remedies?.find(({ patch }) => patch)?.patch).toContain("- key: team");
  });

  it("takes the taint from the scheduler's words when the Nodes were not read", () => {
    const [finding] = runOnFixture(untoleratedTaint, "fault-nodes-not-read");
    expect(finding).toMatchObject({ subject: "dedicated", confidence: "likely" });
  });

  it.each([
    ["fault-being-removed", "An autoscaler removes Node gpu-1", "Wait for the Node that the autoscaler adds"],
    ["fault-agent-not-ready", "An agent on Node gpu-1 is not ready", "look at the Pods of its DaemonSet"],
  ])("lays the taint that software sets for a while on the Node: %s", (fixture, title, step) => {
    const [finding] = runOnFixture(untoleratedTaint, fixture);
    expect(finding).toMatchObject({ object: { kind: "Node", name: "gpu-1" }, affects: [{ kind: "Pod" }] });
    expect(finding?.title).toContain(title);
    expect(finding?.remedies?.[0]?.step).toContain(step);
  });

  it("tells the Nodes of a taint that drives Pods away, and proposes to remove it first", () => {
    expect(runOnFixture(untoleratedTaint, "fault-driven-away")).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        related: [{ kind: "Node", name: "gpu-1" }],
        remedies: [{ object: { kind: "Node", name: "gpu-1" } }, {}],
      },
    ]);
    expect(runOnFixture(untoleratedTaint, "fault-dedicated")[0]?.related).toBeUndefined();
  });

  it("tolerates any value of a taint that only a message tells of", () => {
    const remedies = runOnFixture(untoleratedTaint, "fault-nodes-not-read").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("operator: Exists");
  });
});
