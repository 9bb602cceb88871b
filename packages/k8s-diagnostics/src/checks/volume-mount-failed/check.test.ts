import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { volumeMountFailed } from "./check.ts";

describe(volumeMountFailed.id, () => {
  it("finds the Pod's volume behind the PersistentVolume that the kubelet names", () => {
    const [finding] = runOnFixture(volumeMountFailed, "fault-device");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "data",
      title: expect.stringContaining("Volume data of Deployment web cannot be mounted"),
      because: [{ kind: "PersistentVolumeClaim", name: "data" }],
    });
  });

  it.each([
    ["fault-nfs", "share", ": its server cannot be reached from the Node"],
    ["fault-nfs-denied", "share", ": its server refuses the Node"],
    ["fault-older-summary", "data", ""],
    ["fault-host-path", "logs", ": its Node has no such directory"],
    ["fault-host-socket", "logs", ": what lies at its path on the Node is of another type, or nothing does"],
    ["fault-secret-provider-class", "secrets", ": the SecretProviderClass that it names does not exist"],
    ["fault-attacher-silent", "data", ": the attacher of the CSI driver ebs.csi.aws.com does not answer"],
    ["fault-local-path", "data", ": the local directory of its PersistentVolume does not exist on the Node"],
  ])("reads the volume of %s and the reason", (fixture, subject, tail) => {
    const [finding] = runOnFixture(volumeMountFailed, fixture);
    expect(finding).toMatchObject({ subject });
    expect(finding?.title).toContain(`cannot be mounted${tail}`);
  });

  it("lets the kubelet make a directory that is missing", () => {
    const [finding] = runOnFixture(volumeMountFailed, "fault-host-path");
    expect(finding?.remedies?.[0]?.patch).toBe(
      "spec:\n  volumes:\n    - name: logs\n      hostPath:\n        type: DirectoryOrCreate\n",
    );
  });
});
