import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { podStuckTerminating } from "./check.ts";

describe(podStuckTerminating.id, () => {
  it("names finalizers as evidence", () => {
    const [finding] = runOnFixture(podStuckTerminating, "fault-finalizer");
    expect(finding).toMatchObject({
      object: { kind: "Pod", name: "web-1" },
      title: "A finalizer keeps Pod web-1 from going away",
      evidence: [
        { field: "metadata.finalizers", value: "example.com/drain-connections" },
        { field: "metadata.deletionTimestamp" },
      ],
      details: { seconds_overdue: 900 },
    });
  });

  it("leads to the Node that does not answer", () => {
    const [finding] = runOnFixture(podStuckTerminating, "fault-node-not-ready");
    expect(finding).toMatchObject({
      because: [{ kind: "Node", namespace: "", name: "worker-1" }],
      evidence: [{ field: "status.conditions[Ready].status", value: "Unknown" }, {}],
    });
  });

  it("shows what the kubelet says", () => {
    const [finding] = runOnFixture(podStuckTerminating, "fault-volume-busy");
    expect(finding).toMatchObject({
      confidence: "possible",
      evidence: [{}, { event: { reason: "FailedKillPod" } }],
    });
  });

  it("removes the finalizers when nobody else will", () => {
    const remedies = runOnFixture(podStuckTerminating, "fault-finalizer").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("finalizers: null");
  });
});
