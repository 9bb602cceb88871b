import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { rbacForbidden } from "./check.ts";

describe(rbacForbidden.id, () => {
  it.each([
    ["fault-controller", { verb: "list", resource: "pods", api_group: "" }, "ClusterRole"],
    ["fault-one-object", { verb: "get", resource: "leases", namespace: "shop" }, "Role in namespace shop"],
  ])("names in %s the account and the rule that it lacks", (fixture, details, role) => {
    const [finding] = runOnFixture(rbacForbidden, fixture);
    expect(finding).toMatchObject({
      object: { kind: "ServiceAccount", namespace: "shop", name: "default" },
      subject: "app",
      affects: [{ kind: "Pod" }],
      details,
    });
    expect(finding?.remedies?.[0]?.step).toContain(role);
    expect(finding?.remedies?.[0]?.patch).toContain(details.resource);
  });
});
