import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { configKeyMissing } from "./check.ts";

describe(configKeyMissing.id, () => {
  it.each([
    ["fault-config-map", "log_level", "LOG-LEVEL"],
    ["fault-secret", "pasword", "password"],
    ["fault-volume-item", "app.yml", "app.yaml"],
    ["fault-seen-in-the-object", "app.yml", "app.yaml"],
  ])("blames in %s the reference to %s, since there is %s", (fixture, key, nearest) => {
    expect(runOnFixture(configKeyMissing, fixture)).toMatchObject([
      { object: { kind: "Deployment", name: "web" }, subject: key, details: { nearest } },
    ]);
  });

  it("patches the key of a variable", () => {
    expect(runOnFixture(configKeyMissing, "fault-secret")[0]?.remedies?.[0]?.patch).toBe(
      [
        "spec:",
        "  template:",
        "    spec:",
        "      containers:",
        "        - name: app",
        "          env:",
        "            - name: LEVEL",
        "              valueFrom:",
        "                secretKeyRef:",
        "                  name: db",
        "                  key: password",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["fault-no-near-key", "ConfigMap", "web"],
    ["fault-list-unknown", "Secret", "db"],
  ])("blames in %s the %s %s", (fixture, kind, name) => {
    expect(runOnFixture(configKeyMissing, fixture)).toMatchObject([
      { object: { kind, name }, confidence: "certain" },
    ]);
  });

  it("replaces the items of the volume", () => {
    const remedies = runOnFixture(configKeyMissing, "fault-volume-item").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("key: app.yaml");
    expect(patches).toContain("path:");
  });
});
