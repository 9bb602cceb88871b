import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { serviceLinkVariable } from "./check.ts";

describe(serviceLinkVariable.id, () => {
  it("names the variable, the Service, and the field that turns it off", () => {
    const [finding] = runOnFixture(serviceLinkVariable, "fault-spring");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      confidence: "certain",
      details: { variable: "MANAGEMENT_SERVER_PORT", service: "management-server" },
      related: [{ kind: "Service", name: "management-server" }],
    });
    expect(finding?.remedies?.[0]?.patch).toContain("enableServiceLinks: false");
  });

  it("knows the value where the program does not say from which variable it comes", () => {
    expect(runOnFixture(serviceLinkVariable, "fault-go")).toMatchObject([
      { confidence: "likely", details: { variable: "REDIS_PORT" } },
    ]);
  });
});
