import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { crdVersionNotServed } from "./check.ts";

describe(crdVersionNotServed.id, () => {
  it.each(["fault-not-served", "fault-deprecated"])("names the old version of %s", (fixture) => {
    expect(runOnFixture(crdVersionNotServed, fixture)).toMatchObject([
      {
        object: { kind: "CustomResourceDefinition", name: "widgets.example.com" },
        evidence: [{ value: '["v1alpha1","v1"]' }, {}],
        details: { old_versions: ["v1alpha1"] },
      },
    ]);
  });
});
