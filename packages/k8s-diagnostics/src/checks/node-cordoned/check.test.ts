import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { nodeCordoned } from "./check.ts";

describe(nodeCordoned.id, () => {
  it.each([
    ["fault-for-days", "2025-12-28T11:47:10Z"],
    ["fault-time-not-known", "absent"],
  ])("offers to uncordon the Node of %s", (fixture, value) => {
    expect(runOnFixture(nodeCordoned, fixture)).toMatchObject([
      {
        object: { kind: "Node", name: "worker-1" },
        evidence: [{ value: "true" }, { value }],
        remedies: [{ call: { tool: "remediate_uncordon_node", arguments: { node_name: "worker-1" } } }],
      },
    ]);
  });
});
