import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { imageTagNotPinned } from "./check.ts";

describe(imageTagNotPinned.id, () => {
  it.each([
    ["fault-latest", "registry.example/shop/web:latest"],
    ["fault-no-tag", "registry.example:5000/shop/web"],
  ])("advises in %s a version for the image", (fixture, value) => {
    expect(runOnFixture(imageTagNotPinned, fixture)).toMatchObject([
      { object: { kind: "Deployment", name: "web" }, subject: "app", evidence: [{ value }] },
    ]);
  });

  it("pins the digest that runs", () => {
    const remedies = runOnFixture(imageTagNotPinned, "fault-latest").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("@sha256:5e1f");
  });
});
