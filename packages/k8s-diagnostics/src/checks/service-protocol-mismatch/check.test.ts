import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { serviceProtocolMismatch } from "./check.ts";

describe(serviceProtocolMismatch.id, () => {
  it("compares the protocol of the port with the one that the Pods declare", () => {
    expect(runOnFixture(serviceProtocolMismatch, "fault-udp")).toMatchObject([
      {
        object: { kind: "Service", name: "web" },
        subject: "80/UDP",
        evidence: [{ field: "spec.ports[80].protocol", value: "UDP" }, { object: { name: "web-1" } }],
        remedies: [{ step: "Set the protocol of port 80 of Service web to TCP." }],
      },
    ]);
  });
});
