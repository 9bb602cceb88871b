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
      { event: { reason: "Unhealthy" } },
      { field: "spec.template.spec.containers[app].livenessProbe" },
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
    expect(finding?.remedies?.[1]?.patch).toContain("startupProbe:");
    expect(finding?.remedies?.[1]?.patch).toContain("failureThreshold: 6");
  });

  it("compares what the probe allows with what other Pods need to start", () => {
    const [finding] = runOnFixture(killedByLivenessProbe, "fault-starts-slowly");
    expect(finding?.details).toMatchObject({ allowed_seconds: 20, start_up_seconds: 75 });
    expect(finding?.remedies?.[0]).toMatchObject({
      step: expect.stringContaining("starts in about 75 seconds, and the liveness probe allows 20"),
      patch: expect.stringContaining("failureThreshold: 15"),
    });
  });

  it("says what the probe gets, and on which other port the program says that it listens", () => {
    const [finding] = runOnFixture(killedByLivenessProbe, "fault-management-port");
    expect(finding?.title).toContain("its liveness probe gets the HTTP status 404");
    expect(finding?.evidence[2]).toMatchObject({
      log: { line: expect.stringContaining("started on port 9090") },
    });
    expect(finding?.remedies?.[0]).toMatchObject({ patch: expect.stringContaining("port: 9090") });
  });
});
