import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { staleConfiguration } from "./check.ts";

describe(staleConfiguration.id, () => {
  it("shows when the ConfigMap was written and when the container started", () => {
    const [finding] = runOnFixture(staleConfiguration, "fault-variable");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      severity: "low",
      details: { via: "variables" },
      remedies: [{ call: { tool: "remediate_rollout_restart" } }],
    });
    expect(finding?.evidence).toMatchObject([
      { object: { kind: "ConfigMap", name: "web" }, value: "2026-01-01T11:40:00Z by kubectl-edit" },
      { value: "2026-01-01T10:00:00Z" },
      {},
    ]);
  });

  it("knows that files mounted by subPath do not change", () => {
    expect(runOnFixture(staleConfiguration, "fault-sub-path")).toMatchObject([
      { details: { via: "subPath" } },
    ]);
  });

  it("weighs more when the Pod lost its readiness soon after the change", () => {
    expect(runOnFixture(staleConfiguration, "fault-unready-since")).toMatchObject([
      { severity: "medium", confidence: "likely", object: { kind: "Deployment" } },
    ]);
  });
});
