import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { serviceAccountAllPowerful } from "./check.ts";

describe(serviceAccountAllPowerful.id, () => {
  it("names the binding and the ServiceAccount whose Pods may do everything", () => {
    expect(runOnFixture(serviceAccountAllPowerful, "fault-wildcard")).toMatchObject([
      {
        object: { kind: "ClusterRoleBinding", name: "agent" },
        related: [{ kind: "ServiceAccount", name: "agent" }],
        evidence: [{ value: "everything" }, {}],
        remedies: [{ object: { kind: "ServiceAccount", name: "agent" } }, { patch: "subjects: []\n" }],
      },
    ]);
  });
});
