import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { nodePressure } from "./check.ts";

describe(nodePressure.id, () => {
  it("takes along what was evicted and what waits because of it", () => {
    const [finding] = runOnFixture(nodePressure, "fault-disk");
    expect(finding).toMatchObject({
      object: { kind: "Node", name: "worker-1" },
      subject: "DiskPressure",
      title: "Node worker-1 runs short of disk space",
      affects: [{ name: "web-6d4b75cb6d-evict" }, { name: "web-6d4b75cb6d-waits" }],
    });
  });

  it("reports each pressure", () => {
    const subjects = runOnFixture(nodePressure, "fault-memory-and-pids").map(({ subject }) => subject);
    expect(subjects).toEqual(["MemoryPressure", "PIDPressure"]);
  });
});
