import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { imagePlatformMismatch } from "./check.ts";

describe(imagePlatformMismatch.id, () => {
  it("sets the image against the architecture of the Node", () => {
    const [finding] = runOnFixture(imagePlatformMismatch, "fault-containerd");
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" }, confidence: "certain" });
    expect(finding?.evidence.at(-1)).toMatchObject({
      object: { kind: "Node", name: "node-a" },
      value: "arm64",
    });
  });

  it("needs no Node for it", () => {
    expect(runOnFixture(imagePlatformMismatch, "fault-cri-o")).toHaveLength(1);
  });

  it("selects Nodes of the other architecture", () => {
    const remedies = runOnFixture(imagePlatformMismatch, "fault-containerd").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("kubernetes.io/arch: amd64");
  });
});
