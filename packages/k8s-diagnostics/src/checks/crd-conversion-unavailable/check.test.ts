import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { crdConversionUnavailable } from "./check.ts";

describe(crdConversionUnavailable.id, () => {
  const definition = { kind: "CustomResourceDefinition", namespace: "", name: "widgets.example.com" };

  it.each([
    ["fault-no-endpoints", "Service", "its Service has no ready endpoints"],
    ["fault-service-gone", "CustomResourceDefinition", "its Service does not exist"],
    ["fault-port", "CustomResourceDefinition", "Service widgets has no port 9443"],
  ])("says of %s that on the %s depends the conversion", (fixture, kind, reason) => {
    expect(runOnFixture(crdConversionUnavailable, fixture)).toMatchObject([
      {
        object: { kind },
        title: `The conversion webhook of CustomResourceDefinition widgets.example.com cannot be called: ${reason}`,
        affects: [definition],
      },
    ]);
  });

  it("gives the port that the Service has", () => {
    expect(runOnFixture(crdConversionUnavailable, "fault-port")[0]?.remedies?.[0]?.patch).toBe(
      "spec:\n  conversion:\n    webhook:\n      clientConfig:\n        service:\n          port: 443\n",
    );
  });

  it("is grave when a namespace is held by it", () => {
    expect(runOnFixture(crdConversionUnavailable, "fault-namespace-held")).toMatchObject([
      { severity: "high", affects: [definition, { kind: "Namespace", name: "old" }] },
    ]);
  });
});
