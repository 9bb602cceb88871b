import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { nodeNotReady } from "../node-not-ready/check.ts";
import { podStatusUnknown } from "./check.ts";

describe(podStatusUnknown.id, () => {
  it("sends on to the Node that does not answer", () => {
    expect(runOnFixture(podStatusUnknown, "fault-node-lost")).toMatchObject([
      {
        object: { kind: "Pod" },
        because: [{ kind: "Node", name: "node-a" }],
        evidence: [{ value: "NodeLost" }, {}],
      },
    ]);
    const file = new URL("fixtures/fault-node-lost.yaml", import.meta.url);
    const { causes } = reachVerdict(examine([podStatusUnknown, nodeNotReady], snapshotFromFile(file)), {
      concerns: () => true,
    });
    expect(causes.map(({ code }) => code)).toEqual(["node_not_ready"]);
  });

  it("has the Pod of a Node that is gone deleted", () => {
    expect(runOnFixture(podStatusUnknown, "fault-node-gone")[0]?.remedies?.[0]?.step).toContain("--force");
  });
});
