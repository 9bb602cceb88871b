import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { logOutOfMemory } from "./check.ts";

describe(logOutOfMemory.id, () => {
  it.each(["fault-java", "fault-node", "fault-php"])(
    "sets the line of %s beside the memory limit",
    (fixture) => {
      const [finding] = runOnFixture(logOutOfMemory, fixture);
      expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" }, confidence: "likely" });
      expect(finding?.evidence).toMatchObject([{ log: { container: "app" } }, { value: "256Mi" }]);
    },
  );

  it("doubles the memory limit", () => {
    const remedies = runOnFixture(logOutOfMemory, "fault-java").flatMap((finding) => finding.remedies ?? []);
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("memory: ");
  });
});
