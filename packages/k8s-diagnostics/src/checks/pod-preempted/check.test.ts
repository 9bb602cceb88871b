import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { podPreempted } from "./check.ts";

describe(podPreempted.id, () => {
  it("says for whom a Pod had to go whose replacement waits", () => {
    const [finding] = runOnFixture(podPreempted, "fault-replacement-waits");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "payments" },
      title: "A Pod of Deployment web had to make room for Deployment payments",
      confidence: "certain",
      affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
      related: [
        { kind: "Deployment", name: "web" },
        { kind: "Deployment", name: "payments" },
      ],
      details: { priority: 0, preemptor_priority: 100000, node: "node-a" },
    });
    expect(finding?.evidence).toMatchObject([
      { event: { reason: "Preempted" } },
      { field: "spec.template.spec.priorityClassName" },
      { object: { kind: "Pod" }, field: "spec.priority", value: "100000" },
      { field: "spec.priorityClassName", value: "business" },
    ]);
  });

  it("sees a Pod that is being removed for the Pod that is nominated for its Node", () => {
    expect(runOnFixture(podPreempted, "fault-going")).toMatchObject([
      { object: { kind: "Deployment", name: "payments" }, details: { preemptor: "payments-84d7-j9k2l" } },
    ]);
  });

  it("blames a class that by its name is to give way and ranks higher", () => {
    const [finding] = runOnFixture(podPreempted, "fault-batch-outranks");
    expect(finding).toMatchObject({
      object: { kind: "PriorityClass", namespace: "", name: "night-batch" },
      title: expect.stringContaining("PriorityClass night-batch outranks Deployment web"),
    });
    expect(finding?.remedies?.[0]?.step).toContain("value below that of Deployment web");
  });

  it("leaves what the cluster itself needs alone", () => {
    expect(runOnFixture(podPreempted, "fault-for-the-system")).toMatchObject([
      { object: { kind: "Deployment", name: "web" } },
    ]);
  });

  it("is less sure when the other Pod is not known", () => {
    expect(runOnFixture(podPreempted, "fault-preemptor-gone")).toMatchObject([{ confidence: "likely" }]);
  });
});
