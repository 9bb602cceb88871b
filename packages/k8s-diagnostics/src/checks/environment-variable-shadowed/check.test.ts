import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { environmentVariableShadowed } from "./check.ts";

describe(environmentVariableShadowed.id, () => {
  it("says which value wins", () => {
    const [finding] = runOnFixture(environmentVariableShadowed, "fault-twice");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      severity: "low",
      details: { variable: "LOG_LEVEL", winner: "spec.template.spec.containers[app].env[2]" },
    });
    expect(finding?.evidence).toMatchObject([
      { field: "spec.template.spec.containers[app].env[2] (wins)", value: "debug" },
      { field: "spec.template.spec.containers[app].env[0] (has no effect)", value: "info" },
    ]);
  });

  it("weighs more when the container fails and its log speaks of the value", () => {
    expect(runOnFixture(environmentVariableShadowed, "fault-wrong-value-wins")).toMatchObject([
      { severity: "high", confidence: "likely", details: { variable: "DB_HOST" } },
    ]);
  });

  it("compares what several ConfigMaps define", () => {
    expect(runOnFixture(environmentVariableShadowed, "fault-two-config-maps")).toMatchObject([
      { severity: "low", details: { winner: "spec.template.spec.containers[app].envFrom[1]" } },
    ]);
  });

  it.each([
    ["fault-log-shows-use", "connecting to queue-test.example.net:5672"],
    ["fault-localhost-wins", "ECONNREFUSED 127.0.0.1:5672"],
  ])("is grave when the log shows that the program uses the value that wins, as in %s", (fixture, said) => {
    const [finding] = runOnFixture(environmentVariableShadowed, fixture);
    expect(finding).toMatchObject({ severity: "high", confidence: "possible" });
    expect(finding?.evidence[2]).toMatchObject({ log: { line: expect.stringContaining(said) } });
  });
});
