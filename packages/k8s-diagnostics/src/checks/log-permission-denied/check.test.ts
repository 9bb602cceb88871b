import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { logPermissionDenied } from "./check.ts";

describe(logPermissionDenied.id, () => {
  it.each([
    ["fault-volume", "fsGroup"],
    ["fault-port", "NET_BIND_SERVICE"],
    ["fault-read-only", "emptyDir"],
  ])("proposes for %s: %s", (fixture, word) => {
    const [finding] = runOnFixture(logPermissionDenied, fixture);
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" }, subject: "app" });
    expect(finding?.evidence[0]).toHaveProperty("log.container", "app");
    expect(finding?.remedies?.[0]?.step).toContain(word);
  });

  it("gives the volume to the group that the program runs as", () => {
    expect(runOnFixture(logPermissionDenied, "fault-volume")[0]?.remedies?.[0]?.patch).toContain(
      "fsGroup: 1000",
    );
  });

  it("shows the mount in which the file lies, and does not repeat an fsGroup that has no effect", () => {
    const [finding] = runOnFixture(logPermissionDenied, "fault-fs-group-has-no-effect");
    expect(finding?.evidence[1]).toMatchObject({
      field: "spec.template.spec.containers[app].volumeMounts[/data]",
    });
    expect(finding?.remedies?.[0]?.step).toContain("does not take on fsGroup 1000");
  });

  it("mounts a scratch directory over a read-only root file system", () => {
    expect(runOnFixture(logPermissionDenied, "fault-read-only-root")[0]?.remedies?.[0]?.patch).toContain(
      'mountPath: "/var/cache/nginx"',
    );
  });

  it("makes a script from a ConfigMap executable", () => {
    expect(
      runOnFixture(logPermissionDenied, "fault-script-from-config-map")[0]?.remedies?.[0]?.patch,
    ).toContain("defaultMode: 493");
  });
});
