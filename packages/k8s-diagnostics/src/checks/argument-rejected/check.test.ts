import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { argumentRejected } from "./check.ts";

describe(argumentRejected.id, () => {
  it("names the option that the usage text offers instead", () => {
    const [finding] = runOnFixture(argumentRejected, "fault-go-typo");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "app",
      confidence: "likely",
      details: { option: "--lisen", nearest: "--listen" },
    });
    expect(finding?.evidence[1]).toMatchObject({ field: "spec.template.spec.containers[app].args" });
    expect(finding?.remedies?.[0]?.step).toContain("Use --listen in");
  });

  it("does without a usage text", () => {
    expect(runOnFixture(argumentRejected, "fault-removed-option")).toMatchObject([
      {
        details: { option: "--old-cache" },
        remedies: [{ step: expect.stringContaining("Correct or remove") }],
      },
    ]);
  });

  it("is less sure when the option stands neither in command nor in args", () => {
    expect(runOnFixture(argumentRejected, "fault-option-of-a-script")).toMatchObject([
      { confidence: "possible" },
    ]);
  });

  it("replaces the option in its list", () => {
    const remedies = runOnFixture(argumentRejected, "fault-go-typo").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("--listen");
  });
});
