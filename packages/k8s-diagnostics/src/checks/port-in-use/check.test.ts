import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { portInUse } from "./check.ts";

describe(portInUse.id, () => {
  it("names the port and the container that has it", () => {
    const [finding] = runOnFixture(portInUse, "fault-go");
    expect(finding?.title).toBe(
      "Container app of Deployment web wants port 8080, which container proxy already has",
    );
    expect(finding?.evidence[1]).toMatchObject({ field: "spec.template.spec.containers[proxy].ports" });
  });

  it.each([
    ["fault-node", 8080],
    ["fault-nginx", 80],
  ])("reads the port from the log of %s", (fixture, port) => {
    expect(runOnFixture(portInUse, fixture)).toMatchObject([{ details: { port } }]);
  });

  it("names the other Pod of the Node that uses the host's network", () => {
    const [finding] = runOnFixture(portInUse, "fault-host-network");
    expect(finding?.title).toBe(
      "Container app of Deployment web wants port 9100, which Deployment exporter already has on the Node",
    );
    expect(finding?.evidence[1]).toMatchObject({ object: { kind: "Deployment", name: "exporter" } });
  });
});
