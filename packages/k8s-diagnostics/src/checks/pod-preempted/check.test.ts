import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { podPreempted } from "./check.ts";

describe(podPreempted.id, () => {
  it("says for whom a Pod had to go whose replacement waits", () => {
    const [finding] = runOnFixture(podPreempted, "fault-replacement-waits");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      title: "A Pod of Deployment web had to make room for Deployment payments",
      confidence: "certain",
      affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
      related: [{ kind: "Deployment", name: "payments" }],
      details: { priority: 0, preemptor_priority: 100000, node: "node-a" },
    });
    expect(finding?.evidence).toMatchObject([
      { event: { reason: "Preempted" } },
      { field: "spec.template.spec.priorityClassName" },
      { object: { kind: "Pod" }, field: "spec.priority", value: "100000" },
    ]);
  });

  it("sees a Pod that is being removed for the Pod that is nominated for its Node", () => {
    expect(runOnFixture(podPreempted, "fault-going")).toMatchObject([
      { object: { kind: "Deployment", name: "web" }, details: { preemptor: "payments-84d7-j9k2l" } },
    ]);
  });

  it("is less sure when the other Pod is not known", () => {
    expect(runOnFixture(podPreempted, "fault-preemptor-gone")).toMatchObject([{ confidence: "likely" }]);
  });
});
