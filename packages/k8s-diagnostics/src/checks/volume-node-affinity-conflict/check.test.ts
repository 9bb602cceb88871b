import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { volumeNodeAffinityConflict } from "./check.ts";

describe(volumeNodeAffinityConflict.id, () => {
  it("lays the cause on the volume whose place is gone", () => {
    const [finding] = runOnFixture(volumeNodeAffinityConflict, "fault-node-is-gone");
    expect(finding).toMatchObject({
      object: { kind: "PersistentVolume", namespace: "", name: "pv-1" },
      confidence: "certain",
      evidence: [
        { field: "spec.nodeAffinity.required" },
        { object: { kind: "PersistentVolumeClaim", name: "data-db-0" }, value: "pv-1" },
        { object: { kind: "Pod", name: "db-0" } },
      ],
      affects: [{ kind: "Pod", name: "db-0" }],
      details: { node_named_by_volume: "worker-1" },
    });
  });

  it("trusts the words of an older scheduler when the Nodes were not read", () => {
    const [finding] = runOnFixture(volumeNodeAffinityConflict, "fault-older-text-without-nodes");
    expect(finding).toMatchObject({ object: { kind: "StatefulSet", name: "db" }, confidence: "likely" });
  });
});
