import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ingressBackendNoEndpoints } from "./check.ts";

describe(ingressBackendNoEndpoints.id, () => {
  it("reports a Service once, however many paths lead to it, and points to it", () => {
    expect(runOnFixture(ingressBackendNoEndpoints, "fault-two-paths")).toMatchObject([
      {
        object: { kind: "Ingress", name: "shop" },
        subject: "web",
        because: [{ kind: "Service", name: "web" }],
        details: { service_name: "web" },
      },
    ]);
  });
});
