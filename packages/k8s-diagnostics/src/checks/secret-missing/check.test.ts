import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { secretMissing } from "./check.ts";

describe(secretMissing.id, () => {
  it.each([
    ["fault-variable", "db", "containers[app].env[LEVEL].valueFrom.secretKeyRef"],
    ["fault-projected-volume", "db", "volumes[all].projected.sources[1].secret"],
    ["fault-list-unknown", "web-tls", "volumes[tls].secret"],
  ])("names in %s the missing Secret %s and the reference %s", (fixture, name, field) => {
    const [finding] = runOnFixture(secretMissing, fixture);
    expect(finding?.object).toEqual({ kind: "Secret", namespace: "shop", name });
    expect(finding?.evidence[1]).toMatchObject({ field: `spec.template.spec.${field}`, value: name });
  });

  it("blames the reference when a similar name exists", () => {
    expect(runOnFixture(secretMissing, "fault-near-name")).toMatchObject([
      { object: { kind: "StatefulSet", name: "web" }, details: { nearest: "db-credentials" } },
    ]);
  });
});
