import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { livenessEqualsReadiness } from "./check.ts";

describe(livenessEqualsReadiness.id, () => {
  it.each(["fault-http", "fault-tcp-and-faster"])("shows both probes of %s", (fixture) => {
    expect(runOnFixture(livenessEqualsReadiness, fixture)).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        subject: "app",
        evidence: [
          { field: "spec.template.spec.containers[app].livenessProbe" },
          { field: "spec.template.spec.containers[app].readinessProbe" },
        ],
      },
    ]);
  });

  it("raises the threshold", () => {
    const remedies = runOnFixture(livenessEqualsReadiness, "fault-http").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("failureThreshold: ");
  });
});
