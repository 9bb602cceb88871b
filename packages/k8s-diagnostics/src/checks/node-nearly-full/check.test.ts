import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { nodeNearlyFull } from "./check.ts";

describe(nodeNearlyFull.id, () => {
  it.each([
    ["fault-pods", "pods", "Node worker-1 runs 4 of 4 Pods"],
    [
      "fault-memory-limits",
      "memory",
      "The memory limits of the Pods on Node worker-1 add up to 213 % of its memory",
    ],
  ])("says of %s how full the Node is", (fixture, subject, title) => {
    expect(runOnFixture(nodeNearlyFull, fixture)).toMatchObject([
      { object: { kind: "Node" }, subject, title },
    ]);
  });
});
