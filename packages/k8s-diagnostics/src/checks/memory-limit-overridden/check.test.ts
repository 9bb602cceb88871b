import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { memoryLimitOverridden } from "./check.ts";

describe(memoryLimitOverridden.id, () => {
  it.each([
    ["fault-limit-range-default", "LimitRange", "defaults", "certain"],
    ["fault-autoscaler", "VerticalPodAutoscaler", "web", "certain"],
    ["fault-webhook", "MutatingWebhookConfiguration", "slim", "likely"],
    ["fault-unknown-author", "Deployment", "web", "likely"],
  ])("lays in %s the cause on the %s that gave the limit", (fixture, kind, name, confidence) => {
    expect(runOnFixture(memoryLimitOverridden, fixture)).toMatchObject([
      { object: { kind, name }, subject: "app", confidence, affects: [{ kind: "Pod" }] },
    ]);
  });

  it("shows both limits", () => {
    expect(runOnFixture(memoryLimitOverridden, "fault-webhook")[0]?.evidence).toMatchObject([
      { object: { kind: "Pod" }, value: "64Mi" },
      { object: { kind: "Deployment" }, value: "512Mi" },
      { object: { kind: "MutatingWebhookConfiguration" } },
      {},
    ]);
  });

  it("turns the autoscaler off", () => {
    const remedies = runOnFixture(memoryLimitOverridden, "fault-autoscaler").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain('updateMode: "Off"');
  });
});
