import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { configMapMissing } from "./check.ts";

describe(configMapMissing.id, () => {
  it.each(["fault-variable", "fault-volume", "fault-volume-events-gone", "fault-list-unknown"])(
    "names the missing ConfigMap in %s",
    (fixture) => {
      expect(runOnFixture(configMapMissing, fixture)).toMatchObject([
        {
          object: { kind: "ConfigMap", namespace: "shop", name: "web-settings" },
          confidence: "certain",
          affects: [{ kind: "Pod" }],
        },
      ]);
    },
  );

  it("blames the reference when a similar name exists", () => {
    const [finding] = runOnFixture(configMapMissing, "fault-near-name");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      details: { missing: "web-setings", nearest: "web-settings" },
    });
  });

  it("tells of a namesake in another namespace", () => {
    expect(runOnFixture(configMapMissing, "fault-other-namespace")).toMatchObject([
      { details: { found_in_namespace: "staging" } },
    ]);
  });

  it("renames the reference in a list that is replaced as a whole", () => {
    const remedies = runOnFixture(configMapMissing, "fault-near-name").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("name: web-settings");
  });
});
