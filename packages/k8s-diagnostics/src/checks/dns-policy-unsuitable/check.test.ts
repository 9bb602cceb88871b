import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { dnsPolicyUnsuitable } from "./check.ts";

describe(dnsPolicyUnsuitable.id, () => {
  it.each([
    ["fault-default", "ClusterFirst"],
    ["fault-host-network", "ClusterFirstWithHostNet"],
    ["fault-without-searches", "ClusterFirst"],
  ])("sets in %s the policy to %s", (fixture, policy) => {
    const [finding, ...others] = runOnFixture(dnsPolicyUnsuitable, fixture);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
      evidence: expect.arrayContaining([expect.objectContaining({ field: "spec.template.spec.dnsPolicy" })]),
    });
    expect(finding?.severity ?? "high").toBe("high");
    expect(finding?.remedies?.[0]?.patch).toBe(`spec:\n  template:\n    spec:\n      dnsPolicy: ${policy}\n`);
  });

  it("only mentions what no log complains of", () => {
    expect(runOnFixture(dnsPolicyUnsuitable, "fault-other-server")).toMatchObject([{ severity: "low" }]);
  });

  it("knows a server of its own that gives no answer", () => {
    expect(runOnFixture(dnsPolicyUnsuitable, "fault-server-is-silent")).toMatchObject([
      {
        object: { kind: "Deployment", name: "quoter" },
        affects: [{ kind: "Pod" }],
        evidence: [{ log: {} }, { value: "None" }, { field: "spec.template.spec.dnsConfig" }],
      },
    ]);
  });

  it("reads the name in the configuration where the log has none, and tells of all Pods of the template", () => {
    expect(runOnFixture(dnsPolicyUnsuitable, "fault-no-name-in-log")).toMatchObject([
      {
        object: { kind: "DaemonSet", name: "shipper" },
        affects: [{ name: "shipper-bbbbb" }],
        related: [{ name: "shipper-aaaaa" }, { name: "shipper-bbbbb" }, { kind: "Service", name: "loki" }],
      },
    ]);
  });
});
