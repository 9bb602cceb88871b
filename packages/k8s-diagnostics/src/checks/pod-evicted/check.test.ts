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

  it.each(["fault-local-storage-limit", "fault-empty-dir-limit"])(
    "knows the limit that %s is about",
    (fixture) => {
      expect(runOnFixture(podEvicted, fixture)).toMatchObject([
        {
          title: "A Pod of Deployment web was evicted because it used more storage than its limit",
          confidence: "certain",
        },
      ]);
    },
  );

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
