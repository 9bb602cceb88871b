import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { statefulsetBlockedAtOrdinal } from "./check.ts";

describe(statefulsetBlockedAtOrdinal.id, () => {
  it("names the lowest Pod that is not ready and how many wait behind it", () => {
    const [finding] = runOnFixture(statefulsetBlockedAtOrdinal, "fault-second-of-three");
    expect(finding).toMatchObject({
      object: { kind: "StatefulSet", name: "db" },
      because: [{ kind: "Pod", name: "db-1" }],
      details: { pod_name: "db-1", missing_pods: 1 },
    });
    expect(finding?.remedies).toBeUndefined();
  });

  it("tells to delete a broken Pod that keeps the old template", () => {
    const [finding] = runOnFixture(statefulsetBlockedAtOrdinal, "fault-old-revision");
    expect(finding?.remedies).toMatchObject([
      { call: { tool: "remediate_pod_restart", arguments: { namespace: "shop", pod_name: "db-0" } } },
    ]);
  });
});
