import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pvcResizeStuck } from "./check.ts";

describe(pvcResizeStuck.id, () => {
  it.each(["fault-driver-refuses", "fault-infeasible"])("tells of a driver that refuses in %s", (fixture) => {
    expect(runOnFixture(pvcResizeStuck, fixture)).toMatchObject([
      {
        object: { kind: "PersistentVolumeClaim", name: "data" },
        title: "PersistentVolumeClaim data cannot be made as large as it asks for",
        evidence: expect.arrayContaining([expect.objectContaining({ value: "20Gi" })]),
      },
    ]);
  });

  it("restarts the Pod that a file system waits for", () => {
    expect(runOnFixture(pvcResizeStuck, "fault-restart-pod")).toMatchObject([
      {
        remedies: [
          { call: { tool: "remediate_pod_restart", arguments: { namespace: "shop", pod_name: "web-1" } } },
        ],
      },
    ]);
  });

  it("makes little of a claim that no Pod uses", () => {
    expect(runOnFixture(pvcResizeStuck, "fault-no-pod")).toMatchObject([{ severity: "low" }]);
  });

  it("lays it on a class that forbids it", () => {
    expect(runOnFixture(pvcResizeStuck, "fault-class-forbids")).toMatchObject([
      {
        object: { kind: "StorageClass", name: "fast" },
        remedies: [{ patch: "allowVolumeExpansion: true\n" }],
      },
    ]);
  });

  it("suspects the resizer when nothing happens", () => {
    expect(runOnFixture(pvcResizeStuck, "fault-no-resizer")).toMatchObject([
      { confidence: "possible", evidence: [{}, {}, { event: { reason: "ExternalExpanding" } }] },
    ]);
  });
});
