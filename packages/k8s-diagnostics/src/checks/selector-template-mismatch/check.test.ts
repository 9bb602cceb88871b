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
});
