import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { severalDefaultStorageClasses } from "./check.ts";

describe(severalDefaultStorageClasses.id, () => {
  it.each([
    ["fault-two", 1],
    ["fault-beta-annotation", 2],
  ])("names in %s the class that claims get, and takes the mark from the others", (fixture, others) => {
    const [finding] = runOnFixture(severalDefaultStorageClasses, fixture);
    expect(finding?.object).toEqual({ kind: "StorageClass", namespace: "", name: "slow" });
    expect(finding?.remedies).toHaveLength(others);
    expect(finding?.remedies?.[0]?.patch).toContain('is-default-class: "false"');
  });
});
