import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { imageNeverPulled } from "./check.ts";

describe(imageNeverPulled.id, () => {
  it("lays the cause on the pull policy", () => {
    const [finding] = runOnFixture(imageNeverPulled, "fault-never");
    expect(finding?.evidence[0]).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      field: "spec.template.spec.containers[app].imagePullPolicy",
      value: "Never",
    });
    expect(finding?.remedies?.[0]?.patch).toContain("imagePullPolicy: IfNotPresent");
  });
});
