import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { nodeCannotReachRegistry } from "./check.ts";

describe(nodeCannotReachRegistry.id, () => {
  it("lays the cause on the Node, shows who runs elsewhere, and names all Pods that suffer", () => {
    expect(runOnFixture(nodeCannotReachRegistry, "fault-dns-on-one-node")).toMatchObject([
      {
        object: { kind: "Node", name: "n1" },
        confidence: "likely",
        affects: [{ name: "agent-a" }, { name: "writer-a" }],
        evidence: [{ object: { name: "agent-b" } }, { value: expect.stringContaining("no such host") }, {}],
        remedies: [{}, { call: { tool: "remediate_cordon_node", arguments: { node_name: "n1" } } }],
      },
    ]);
  });
});
