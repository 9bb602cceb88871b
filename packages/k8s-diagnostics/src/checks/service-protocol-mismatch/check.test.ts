import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
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

  it("is told to whoever asks about a workload that is configured with the Service", async () => {
    const path = new URL("./fixtures/fault-client-is-silent.yaml", import.meta.url);
    const { reader } = readerFromYaml(readFileSync(path, "utf8"));
    for (const [kind, name] of [
      ["Deployment", "portal"],
      ["Pod", "portal-6c5d9-x2x7q"],
    ] as const) {
      const { causes } = await diagnoseObject(reader, { kind, namespace: "wifi", name });
      expect(causes).toMatchObject([{ code: "service_protocol_mismatch", object: { name: "radius" } }]);
    }
  });

  it("gives no patch of a port whose number another port has, since it would change the first of them", () => {
    expect(runOnFixture(serviceProtocolMismatch, "fault-shared-number")).toMatchObject([
      {
        remedies: [
          {
            step: "Set the protocol of port 53/UDP (spec.ports[1], counted from 0) of Service dns to TCP.",
          },
        ],
      },
    ]);
    const [finding] = runOnFixture(serviceProtocolMismatch, "fault-shared-number");
    expect(finding?.remedies?.[0]).not.toHaveProperty("patch");
  });

  it("is one fault of a Service, whatever the number of its ports", () => {
    const [finding, ...others] = runOnFixture(serviceProtocolMismatch, "fault-two-ports");
    expect(others).toEqual([]);
    expect(finding?.remedies?.map(({ step }) => step)).toEqual([
      "Set the protocol of port 1812 of Service radius to UDP.",
      "Set the protocol of port 1813 of Service radius to UDP.",
    ]);
  });
});
