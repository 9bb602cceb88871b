import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { volumeMountFailed } from "./check.ts";

describe(volumeMountFailed.id, () => {
  it("finds the Pod's volume behind the PersistentVolume that the kubelet names", () => {
    const [finding] = runOnFixture(volumeMountFailed, "fault-device");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "data",
      title: "Volume data of Deployment web cannot be mounted",
      because: [{ kind: "PersistentVolumeClaim", name: "data" }],
    });
  });

  it.each([
    ["fault-nfs", "share"],
    ["fault-older-summary", "data"],
  ])("reads the volume of %s", (fixture, subject) => {
    expect(runOnFixture(volumeMountFailed, fixture)).toMatchObject([{ subject }]);
  });
});
