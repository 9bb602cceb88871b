import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { serviceSelectorMismatch } from "./check.ts";

describe(serviceSelectorMismatch.id, () => {
  it("names the key that differs and patches it to the template's value", () => {
    expect(runOnFixture(serviceSelectorMismatch, "fault-one-value")).toMatchObject([
      {
        object: { kind: "Service", name: "web" },
        subject: "tier",
        confidence: "certain",
        affects: [{ kind: "Service", name: "web" }],
        related: [{ kind: "Deployment", name: "web" }],
        evidence: [
          { field: "spec.selector[tier]", value: "frontend" },
          { field: "spec.template.metadata.labels[tier]", value: "front" },
        ],
        remedies: [{ patch: "spec:\n  selector:\n    tier: front\n" }],
      },
    ]);
  });

  it("takes a single key for a slip when the values are near", () => {
    expect(runOnFixture(serviceSelectorMismatch, "fault-single-key-typo")).toMatchObject([
      { subject: "app", evidence: [{ value: "wbe" }, { value: "web" }] },
    ]);
  });

  it("removes a key that the template lacks", () => {
    expect(runOnFixture(serviceSelectorMismatch, "fault-key-too-much")).toMatchObject([
      { subject: "version", remedies: [{ patch: "spec:\n  selector:\n    version: null\n" }] },
    ]);
  });

  it("replaces a key by the one under which the template has the value", () => {
    expect(runOnFixture(serviceSelectorMismatch, "fault-other-key")).toMatchObject([
      {
        subject: "app",
        remedies: [{ patch: "spec:\n  selector:\n    app: null\n    app.kubernetes.io/name: web\n" }],
      },
    ]);
  });
});
