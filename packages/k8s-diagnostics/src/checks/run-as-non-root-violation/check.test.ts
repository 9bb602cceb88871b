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
  });

  it("names the field and leaves the number, which only the image knows, to the reader", () => {
    const [first] = runOnFixture(runAsNonRootViolation, "fault-root-image")[0]?.remedies ?? [];
    expect(first?.step).toContain(
      "spec.template.spec.containers[app].securityContext.runAsUser of Deployment web",
    );
    expect(first).not.toHaveProperty("patch");
  });
});
