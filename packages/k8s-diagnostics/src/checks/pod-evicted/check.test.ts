import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { podEvicted } from "./check.ts";

describe(podEvicted.id, () => {
  it("names the resource that the Node ran short of and the container", () => {
    const [finding] = runOnFixture(podEvicted, "fault-low-on-memory");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "app",
      title: "A Pod of Deployment web was evicted because its Node ran short of memory",
      severity: "medium",
      details: { resource: "memory", node: "worker-1" },
    });
  });

  it("knows that it is about a limit of the container", () => {
    expect(runOnFixture(podEvicted, "fault-local-storage-limit")).toMatchObject([
      {
        title: "A Pod of Deployment web was evicted because it used more storage than its limit",
        confidence: "certain",
      },
    ]);
  });

  it("names the emptyDir volume and raises its limit", () => {
    const [finding] = runOnFixture(podEvicted, "fault-empty-dir-limit");
    expect(finding).toMatchObject({
      confidence: "certain",
      title: expect.stringMatching(/emptyDir volume \w+/),
    });
    expect(finding?.remedies?.[0]?.patch).toContain("sizeLimit");
  });

  it("weighs what happens again and again, though others take the place", () => {
    const findings = runOnFixture(podEvicted, "fault-again-and-again");
    expect(findings).toHaveLength(3);
    expect(findings[0]).toMatchObject({
      severity: "medium",
      subject: "work",
      affects: [{ name: "encode-6c5d9-e2" }],
      details: { times: 3 },
    });
  });

  it("gives little weight to what has been replaced", () => {
    expect(runOnFixture(podEvicted, "fault-replaced-is-minor")).toMatchObject([{ severity: "low" }]);
  });

  it("doubles the limit of the emptyDir", () => {
    const remedies = runOnFixture(podEvicted, "fault-empty-dir-limit").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain('sizeLimit: "1000Mi"');
  });
});
