import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { podSecurityViolation } from "./check.ts";

describe(podSecurityViolation.id, () => {
  it("offers the securityContext that the level restricted asks for", () => {
    const [finding] = runOnFixture(podSecurityViolation, "fault-restricted");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      title: "The Pod Security level restricted of namespace shop forbids the Pods of Deployment web",
      evidence: [{ event: {} }, { object: { kind: "Namespace", name: "shop" }, value: "restricted" }],
      details: { level: "restricted", version: "latest" },
    });
    expect(finding?.details?.violations).toHaveLength(4);
    expect(finding?.remedies?.[0]?.patch).toContain("drop:\n");
  });

  it("offers no patch for what a securityContext cannot mend", () => {
    const [finding] = runOnFixture(podSecurityViolation, "fault-host-path");
    expect(finding?.remedies?.[0]?.patch).toBeUndefined();
    expect(finding?.details?.violations).toEqual([
      "host namespaces (hostNetwork=true)",
      'hostPath volumes (volumes "root", "logs")',
    ]);
  });
});
