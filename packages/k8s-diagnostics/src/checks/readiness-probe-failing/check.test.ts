import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readinessProbeFailing } from "./check.ts";

describe(readinessProbeFailing.id, () => {
  it.each([
    ["fault-refused", "refused"],
    ["fault-status", "status"],
    ["fault-not-found", "status"],
    ["fault-timeout", "timeout"],
    ["fault-exec", "exec"],
    ["fault-exec-timeout", "timeout"],
    ["fault-exec-missing-command", "exec"],
    ["fault-no-events", "unknown"],
  ])("tells of %s that it is %s", (fixture, problem) => {
    expect(runOnFixture(readinessProbeFailing, fixture)).toMatchObject([
      { object: { kind: "Deployment", name: "web" }, subject: "app", details: { problem } },
    ]);
  });

  it("shows event, probe and state", () => {
    expect(runOnFixture(readinessProbeFailing, "fault-status")[0]).toMatchObject({
      title: "The readiness probe of container app of Deployment web gets the HTTP status 503",
      evidence: [
        { event: { reason: "Unhealthy" } },
        { field: "spec.template.spec.containers[app].readinessProbe" },
        { field: "status.containerStatuses[app].ready", value: "false" },
      ],
    });
  });

  it("names the port on which the program says that it listens", () => {
    const [finding] = runOnFixture(readinessProbeFailing, "fault-listens-elsewhere");
    expect(finding?.evidence[1]).toMatchObject({ log: { line: "kiosk 7.3.1 listening on :3000" } });
    expect(finding?.remedies?.[0]?.step).toContain("be 3000, where the program says that it listens");
  });

  it("gives the probe more time", () => {
    const remedies = runOnFixture(readinessProbeFailing, "fault-timeout").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("timeoutSeconds: ");
  });

  it("tells that the program does not serve the path of a probe that gets 404", () => {
    const [finding] = runOnFixture(readinessProbeFailing, "fault-not-found");
    expect(finding?.title).toContain("gets the HTTP status 404: the program does not serve its path");
    expect(finding?.remedies?.at(-1)?.step).toMatch(
      /readinessProbe\.httpGet\.path of .* the path \/ready\.$/,
    );
  });
});
