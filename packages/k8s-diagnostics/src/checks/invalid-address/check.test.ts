import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { invalidAddress } from "./check.ts";

describe(invalidAddress.id, () => {
  it.each([
    ["fault-no-scheme", "ConfigMap", "API_URL"],
    ["fault-node-empty", "Deployment", "API_URL"],
  ])("names in %s the variable", (fixture, kind, variable) => {
    expect(runOnFixture(invalidAddress, fixture)).toMatchObject([
      { object: { kind, name: "web" }, subject: "app", details: { variable } },
    ]);
  });

  it("knows the variables that Kubernetes sets for Services", () => {
    expect(runOnFixture(invalidAddress, "fault-service-link")[0]?.remedies?.[0]?.patch).toContain(
      "enableServiceLinks: false",
    );
  });

  it("sees that no host is configured where a local socket is missing", () => {
    expect(runOnFixture(invalidAddress, "fault-local-socket")[0]?.title).toContain("given no host");
  });
});
