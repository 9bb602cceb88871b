import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { diskFull } from "./check.ts";

describe(diskFull.id, () => {
  it("names the claim whose volume is full, and its size", () => {
    const [finding] = runOnFixture(diskFull, "fault-claim");
    expect(finding).toMatchObject({
      object: { kind: "PersistentVolumeClaim", namespace: "shop", name: "data-db-0" },
      affects: [{ kind: "Pod" }],
    });
    expect(finding?.evidence.at(-1)).toMatchObject({ field: "status.capacity.storage", value: "1Gi" });
  });

  it.each([
    ["fault-own-disk", "disk of the Node"],
    ["fault-memory-volume", "sizeLimit"],
  ])("proposes for %s: %s", (fixture, word) => {
    const [finding] = runOnFixture(diskFull, fixture);
    expect(finding?.object).toMatchObject({ kind: "Deployment", name: "web" });
    expect(finding?.remedies?.map(({ step }) => step).join()).toContain(word);
  });

  it.each(["fault-shared-memory", "fault-data-loader"])(
    "gives the program of %s shared memory",
    (fixture) => {
      const [finding] = runOnFixture(diskFull, fixture);
      expect(finding?.title).toContain("more shared memory than /dev/shm has");
      expect(finding?.remedies?.[0]?.patch).toContain('mountPath: "/dev/shm"');
      expect(finding?.remedies?.[0]?.patch).toContain("medium: Memory");
    },
  );

  it("says that only measurements tell which claim is full where the log names none", () => {
    const { objects, asOf } = snapshotFromFile(new URL("fixtures/fault-no-path.yaml", import.meta.url));
    expect(diskFull.undecided?.({ objects, asOf })).toMatchObject([
      { object: { kind: "PersistentVolumeClaim", name: "data" }, reason: "needs_metrics" },
    ]);
  });

  it("finds the path in the line above the message", () => {
    expect(runOnFixture(diskFull, "fault-path-in-line-above")).toMatchObject([
      {
        object: { kind: "PersistentVolumeClaim", name: "data" },
        title: "PersistentVolumeClaim data is full",
      },
    ]);
  });

  it("joins a claim that is full with its resize that does not come on", () => {
    expect(runOnFixture(diskFull, "fault-resize-stuck")).toMatchObject([
      {
        title: "PersistentVolumeClaim data is full, and does not become as large as it asks for",
        evidence: [
          { log: {} },
          {},
          { field: "spec.resources.requests.storage", value: "2Gi" },
          { event: { reason: "VolumeResizeFailed" } },
          { field: "status.capacity.storage", value: "1Gi" },
        ],
      },
    ]);
    const snapshot = snapshotFromFile(new URL("fixtures/fault-resize-stuck.yaml", import.meta.url));
    const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["disk_full"]);
  });

  it("asks for twice the storage", () => {
    const remedies = runOnFixture(diskFull, "fault-claim").flatMap((finding) => finding.remedies ?? []);
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("storage: ");
  });

  it("doubles the limit of the emptyDir", () => {
    const remedies = runOnFixture(diskFull, "fault-memory-volume").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("sizeLimit: ");
  });
});
