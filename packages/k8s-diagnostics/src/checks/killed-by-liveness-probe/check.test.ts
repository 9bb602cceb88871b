import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { killedByLivenessProbe } from "./check.ts";

describe(killedByLivenessProbe.id, () => {
  it("is certain with the kubelet's event, and shows the probe and why it failed", () => {
    const [finding] = runOnFixture(killedByLivenessProbe, "fault-crash-loop");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "app",
      confidence: "certain",
      details: { exit_code: 137, allowed_seconds: 20, ran_seconds: 50 },
    });
    expect(finding?.evidence).toMatchObject([
      { event: { reason: "Killing" } },
      { field: "spec.template.spec.containers[app].livenessProbe" },
      { event: { reason: "Unhealthy" } },
      { value: "137" },
    ]);
  });

  it("finds a program that ends without an error on SIGTERM", () => {
    expect(runOnFixture(killedByLivenessProbe, "fault-ends-well-on-sigterm")).toMatchObject([
      { details: { exit_code: 0 } },
    ]);
  });

  it("holds it possible from the duration of the run alone", () => {
    expect(runOnFixture(killedByLivenessProbe, "fault-events-gone")).toMatchObject([
      { confidence: "possible" },
    ]);
  });

  it("proposes more time to start where the program never had any", () => {
    const [finding] = runOnFixture(killedByLivenessProbe, "fault-crash-loop");
    expect(finding?.remedies?.[1]?.step).toContain("longer than 20 seconds");
    expect(finding?.remedies?.[1]?.patch).toContain("initialDelaySeconds: 60");
  });
});
