import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ingressPathSuspicious } from "./check.ts";

describe(ingressPathSuspicious.id, () => {
  it.each([
    ["fault-no-group", "names a capture group that a path does not have"],
    ["fault-all-to-root", "sends all requests below a path to /"],
    ["fault-path-type", "is not of type ImplementationSpecific"],
  ])("tells in %s what is odd", (fixture, words) => {
    expect(runOnFixture(ingressPathSuspicious, fixture)).toMatchObject([
      { object: { kind: "Ingress", name: "front" }, title: expect.stringContaining(words) },
    ]);
  });

  it("removes the annotation that does not fit", () => {
    const remedies = runOnFixture(ingressPathSuspicious, "fault-no-group").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("rewrite-target: null");
  });
});
