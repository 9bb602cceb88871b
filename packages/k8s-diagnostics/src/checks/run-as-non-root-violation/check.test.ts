import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { runAsNonRootViolation } from "./check.ts";

describe(runAsNonRootViolation.id, () => {
  it.each([
    ["fault-root-image", "spec.template.spec.securityContext.runAsNonRoot"],
    ["fault-named-user", "spec.template.spec.containers[app].securityContext.runAsNonRoot"],
    ["fault-run-as-user-0", "spec.template.spec.securityContext.runAsNonRoot"],
  ])("shows for %s the setting %s", (fixture, field) => {
    const [finding] = runOnFixture(runAsNonRootViolation, fixture);
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" }, confidence: "certain" });
    expect(finding?.evidence[1]).toMatchObject({ field, value: "true" });
    expect(finding?.remedies?.[0]?.patch).toContain("runAsUser: 1000");
  });
});
