import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { invalidImageName } from "./check.ts";

describe(invalidImageName.id, () => {
  it("proposes the name in lower case where that makes it valid", () => {
    const [finding] = runOnFixture(invalidImageName, "fault-upper-case");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "app",
      confidence: "certain",
    });
    expect(finding?.evidence[0]).toMatchObject({ value: "registry.example/Shop/Web:1.2" });
    expect(finding?.remedies?.[0]?.patch).toContain('image: "registry.example/shop/web:1.2"');
  });

  it("proposes nothing where it cannot tell what is meant", () => {
    expect(runOnFixture(invalidImageName, "fault-beyond-repair")[0]?.remedies?.[0]).not.toHaveProperty(
      "patch",
    );
  });
});
