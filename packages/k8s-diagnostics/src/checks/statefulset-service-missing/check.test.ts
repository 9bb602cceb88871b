import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { statefulsetServiceMissing } from "./check.ts";

describe(statefulsetServiceMissing.id, () => {
  it("names the missing Service and the one that may be meant", () => {
    const [finding] = runOnFixture(statefulsetServiceMissing, "fault-typo");
    expect(finding).toMatchObject({
      object: { kind: "StatefulSet", name: "db" },
      evidence: [{ field: "spec.serviceName", value: "db-headles" }, { value: "absent" }],
    });
    expect(finding?.remedies?.[0]?.step).toContain("Service db-headless");
  });

  it("is silent when Services were not read", () => {
    expect(runOnFixture(statefulsetServiceMissing, "other-services-unknown")).toEqual([]);
  });

  it("gives the new Service the labels of the Pods", () => {
    const remedies = runOnFixture(statefulsetServiceMissing, "fault-typo").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies.map(({ patch }) => patch).join("")).toContain("selector:\n    app: db");
  });
});
