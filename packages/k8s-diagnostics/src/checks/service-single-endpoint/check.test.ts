import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { serviceSingleEndpoint } from "./check.ts";

describe(serviceSingleEndpoint.id, () => {
  it("names a Service behind an Ingress that one Pod serves", () => {
    expect(runOnFixture(serviceSingleEndpoint, "fault-behind-ingress")).toMatchObject([
      { object: { kind: "Service", name: "web" }, evidence: [{ value: "ClusterIP" }, { value: "1" }] },
    ]);
  });
});
