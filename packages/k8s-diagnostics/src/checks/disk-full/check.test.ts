import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
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
    ["fault-own-disk", "Node's disk"],
    ["fault-memory-volume", "sizeLimit"],
  ])("proposes for %s: %s", (fixture, word) => {
    const [finding] = runOnFixture(diskFull, fixture);
    expect(finding?.object).toMatchObject({ kind: "Deployment", name: "web" });
    expect(finding?.remedies?.map(({ step }) => step).join()).toContain(word);
  });
});
