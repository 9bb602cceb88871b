import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { hostAliasShadowsService } from "./check.ts";

describe(hostAliasShadowsService.id, () => {
  it("names the alias that a failing program is led astray by", () => {
    expect(runOnFixture(hostAliasShadowsService, "fault-refused")).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        confidence: "likely",
        evidence: [
          { field: "spec.template.spec.hostAliases[10.1.2.3]", value: "db" },
          { object: { kind: "Service", name: "db" }, value: "10.96.12.7" },
          { log: { line: "Error: connect ECONNREFUSED 10.1.2.3:5432" } },
        ],
        affects: [{ kind: "Pod" }],
      },
    ]);
  });

  it("only mentions it when nobody complains", () => {
    expect(runOnFixture(hostAliasShadowsService, "fault-runs-anyway")).toMatchObject([{ severity: "low" }]);
  });

  it("removes the alias", () => {
    const remedies = runOnFixture(hostAliasShadowsService, "fault-refused").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("hostAliases:");
  });
});
