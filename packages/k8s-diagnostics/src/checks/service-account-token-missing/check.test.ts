import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { serviceAccountTokenMissing } from "./check.ts";

describe(serviceAccountTokenMissing.id, () => {
  it.each([
    ["fault-pod-says-no", "Deployment", "spec.template.spec.automountServiceAccountToken"],
    ["fault-account-says-no", "ServiceAccount", "automountServiceAccountToken"],
  ])("lays %s on the %s that says so, and lets the workload mount the token", (fixture, kind, field) => {
    expect(runOnFixture(serviceAccountTokenMissing, fixture)).toMatchObject([
      {
        object: { kind, name: "web" },
        affects: [{ kind: "Pod" }],
        evidence: [{ log: {} }, { field, value: "false" }],
        remedies: [
          {
            object: { kind: "Deployment", name: "web" },
            patch: "spec:\n  template:\n    spec:\n      automountServiceAccountToken: true\n",
          },
        ],
      },
    ]);
  });
});
