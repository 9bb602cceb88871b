import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { missingEnvironmentVariable } from "./check.ts";

describe(missingEnvironmentVariable.id, () => {
  it.each([
    ["fault-python", "DATABASE_URL", "likely"],
    ["fault-near-name", "DATABASE_URL", "likely"],
    ["fault-postgres", "POSTGRES_PASSWORD", "likely"],
    ["fault-listed", "SESSION_STORE", "likely"],
    ["fault-shell", "API_TOKEN", "likely"],
    ["fault-pydantic", "DATABASE_URL", "likely"],
    ["fault-source-unknown", "API_BASE", "possible"],
  ])("finds in %s that %s is missing", (fixture, variable, confidence) => {
    expect(runOnFixture(missingEnvironmentVariable, fixture)).toMatchObject([
      { object: { kind: "Deployment", name: "web" }, subject: "app", confidence, details: { variable } },
    ]);
  });

  it("names a similar variable that is defined", () => {
    expect(runOnFixture(missingEnvironmentVariable, "fault-near-name")[0]?.remedies?.[0]?.step).toContain(
      "DATABASE_URI is defined",
    );
  });

  it("does not repeat the literal value of the near one", () => {
    const remedies = runOnFixture(missingEnvironmentVariable, "fault-near-name").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toBe("");
  });

  it("gives the variable the source of the near one", () => {
    const [finding] = runOnFixture(missingEnvironmentVariable, "fault-near-name-from-secret");
    expect(finding?.remedies?.[0]?.patch).toMatch(/name: DATABASE_URL[\s\S]*name: db[\s\S]*key: uri/);
  });
});
