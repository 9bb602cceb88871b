import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { externalNameDangling } from "./check.ts";

describe(externalNameDangling.id, () => {
  it("names the Service that is missing and the near one", () => {
    const [finding] = runOnFixture(externalNameDangling, "fault-typo");
    expect(finding).toMatchObject({
      object: { kind: "Service", namespace: "shop", name: "db" },
      evidence: [{ field: "spec.externalName" }, { object: { namespace: "data", name: "postgers" } }],
    });
    expect(finding?.remedies?.[0]?.step).toContain("such as postgres of namespace data");
  });

  it("knows that a namespace which does not exist has no Service, and where it went", () => {
    expect(runOnFixture(externalNameDangling, "fault-namespace-deleted")).toMatchObject([
      {
        title:
          "Service billing stands for Service invoicing of namespace billing-green, which does not exist: the namespace does not",
        evidence: [{}, { object: { kind: "Namespace", name: "billing-green" }, value: "absent" }],
        remedies: [{ patch: "spec:\n  externalName: invoicing.billing-blue.svc.cluster.local\n" }],
      },
    ]);
  });

  it("corrects the name", () => {
    const remedies = runOnFixture(externalNameDangling, "fault-typo").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("externalName: postgres.data.svc");
  });
});
