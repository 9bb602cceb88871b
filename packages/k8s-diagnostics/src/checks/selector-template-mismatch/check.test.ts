import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { selectorTemplateMismatch } from "./check.ts";

describe(selectorTemplateMismatch.id, () => {
  it.each([
    ["fault-deployment", "Deployment"],
    ["fault-expression", "StatefulSet"],
  ])("shows both sides of %s", (fixture, kind) => {
    expect(runOnFixture(selectorTemplateMismatch, fixture)).toMatchObject([
      {
        object: { kind },
        evidence: [{ field: "spec.selector" }, { field: "spec.template.metadata.labels" }],
      },
    ]);
  });

  it("gives the template the labels", () => {
    const remedies = runOnFixture(selectorTemplateMismatch, "fault-deployment").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("labels:");
  });
});
