import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { claimHeldByOnePod } from "./check.ts";

describe(claimHeldByOnePod.id, () => {
  it("names the Pod that has the claim", () => {
    expect(runOnFixture(claimHeldByOnePod, "fault-second-pod")).toMatchObject([
      {
        object: { kind: "Pod", name: "web-2" },
        title: "PersistentVolumeClaim data that Pod web-2 uses is for one Pod only, and Pod web-1 has it",
        remedies: [{ object: { kind: "Pod", name: "web-1" } }],
      },
    ]);
  });

  it("lets a Deployment run one Pod at a time", () => {
    const [finding] = runOnFixture(claimHeldByOnePod, "fault-two-replicas");
    expect(finding?.object).toMatchObject({ kind: "Deployment", name: "web" });
    expect(finding?.remedies?.[0]?.patch).toContain("type: Recreate");
  });
});
