import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { httpRouteNotAccepted } from "./check.ts";

describe(httpRouteNotAccepted.id, () => {
  it("reports each condition that is False, with parents and backends to look at", () => {
    const findings = runOnFixture(httpRouteNotAccepted, "fault-conditions");
    expect(findings.map(({ object, subject, details }) => [object.name, subject, details?.reason])).toEqual([
      ["shop", "edge/Accepted", "NotAllowedByListeners"],
      ["shop", "edge/ResolvedRefs", "BackendNotFound"],
      ["unseen", undefined, undefined],
    ]);
    expect(findings[0]?.because).toMatchObject([
      { kind: "Gateway", namespace: "infra", name: "edge" },
      { kind: "Service", namespace: "shop", name: "web" },
    ]);
  });
});
