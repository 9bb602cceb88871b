import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ingressBackendMissing } from "./check.ts";

describe(ingressBackendMissing.id, () => {
  it("names the field, the missing Service and the near one", () => {
    const [finding, ...more] = runOnFixture(ingressBackendMissing, "fault-typo");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "Ingress", name: "shop" },
      subject: "wbe",
      evidence: [
        { field: "spec.rules[0].http.paths[0].backend.service.name", value: "wbe" },
        { object: { kind: "Service", name: "wbe" }, value: "absent" },
      ],
    });
    expect(finding?.remedies?.[0]?.step).toContain("to web, or create Service wbe");
  });

  it("corrects the backend", () => {
    const remedies = runOnFixture(ingressBackendMissing, "fault-typo").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("name: web");
  });

  it("tells the workload of the same name, which gets no traffic", () => {
    expect(runOnFixture(ingressBackendMissing, "fault-workload-without-service")).toMatchObject([
      { subject: "faq", related: [{ kind: "Deployment", namespace: "shop", name: "faq" }] },
    ]);
  });
});
