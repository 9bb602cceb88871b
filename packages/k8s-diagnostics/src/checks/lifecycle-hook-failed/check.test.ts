import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { lifecycleHookFailed } from "./check.ts";

describe(lifecycleHookFailed.id, () => {
  it("lays the cause on the hook, by the kubelet's event", () => {
    const [finding] = runOnFixture(lifecycleHookFailed, "fault-crash-loop");
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" }, subject: "app" });
    expect(finding?.evidence).toMatchObject([
      { event: { reason: "FailedPostStartHook" } },
      { field: "spec.template.spec.containers[app].lifecycle.postStart" },
      { field: "status.containerStatuses[app].state.waiting" },
    ]);
  });

  it("finds it from the waiting state alone", () => {
    expect(runOnFixture(lifecycleHookFailed, "fault-waiting")[0]?.evidence[0]).toMatchObject({
      value: expect.stringContaining("PostStartHookError"),
    });
  });

  it("sees the preStop hook of a Pod that does not go in time", () => {
    expect(runOnFixture(lifecycleHookFailed, "fault-pre-stop")).toMatchObject([
      {
        severity: "medium",
        details: { hook: "preStop" },
        evidence: [{ event: { reason: "FailedPreStopHook" } }, {}, {}],
      },
    ]);
  });

  it("removes the hook", () => {
    const remedies = runOnFixture(lifecycleHookFailed, "fault-waiting").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("postStart: null");
  });
});
