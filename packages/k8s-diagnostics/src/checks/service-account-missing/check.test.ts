import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { serviceAccountMissing } from "./check.ts";

describe(serviceAccountMissing.id, () => {
  it("offers the near name", () => {
    const [finding] = runOnFixture(serviceAccountMissing, "fault-near-name");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      title: "ServiceAccount web-app that Deployment web uses does not exist",
      evidence: [{ field: "spec.template.spec.serviceAccountName", value: "web-app" }, { event: {} }],
      remedies: [{ patch: "spec:\n  template:\n    spec:\n      serviceAccountName: webapp\n" }, {}],
    });
  });

  it("takes the API server at its word when the accounts were not read", () => {
    expect(runOnFixture(serviceAccountMissing, "fault-accounts-not-read")).toMatchObject([
      { remedies: [{}] },
    ]);
  });
});
