import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { pvcStuckTerminating } from "./check.ts";

describe(pvcStuckTerminating.id, () => {
  it("names the Pod that uses the claim", () => {
    expect(runOnFixture(pvcStuckTerminating, "fault-pod-uses-it")).toMatchObject([
      {
        object: { kind: "PersistentVolumeClaim", name: "data" },
        title: "PersistentVolumeClaim data was deleted and cannot go away while Pod web-1 uses it",
        affects: [],
        related: [{ kind: "Pod", name: "web-1" }],
      },
    ]);
  });

  it("is grave when the next Pod waits for it", () => {
    expect(runOnFixture(pvcStuckTerminating, "fault-next-pod-waits")).toMatchObject([
      { severity: "high", affects: [{ kind: "Pod", name: "web-2" }] },
    ]);
  });

  it("tells of other finalizers", () => {
    expect(runOnFixture(pvcStuckTerminating, "fault-other-finalizer")).toMatchObject([
      { evidence: [{}, { value: "snapshot.storage.kubernetes.io/pvc-as-source-protection" }] },
    ]);
  });

  it("is grave when a StatefulSet makes no Pod before the claim is gone", () => {
    expect(runOnFixture(pvcStuckTerminating, "fault-stateful-set-waits")).toMatchObject([
      {
        object: { kind: "PersistentVolumeClaim", name: "data-cache-1" },
        title:
          "PersistentVolumeClaim data-cache-1 was deleted and cannot go away while Pod inspect-cache uses it",
        severity: "high",
        affects: [{ kind: "StatefulSet", name: "cache" }],
        evidence: [{}, {}, {}, { event: { reason: "FailedCreate" } }],
      },
    ]);
    const file = new URL("fixtures/fault-stateful-set-waits.yaml", import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["pvc_stuck_terminating"]);
  });

  it("keeps the data", () => {
    const remedies = runOnFixture(pvcStuckTerminating, "fault-pod-uses-it").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("persistentVolumeReclaimPolicy: Retain");
  });
});
