import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
import { serviceTargetPortMismatch } from "./check.ts";

describe(serviceTargetPortMismatch.id, () => {
  it("is certain of a name that no container port has, and patches to the only port", () => {
    expect(runOnFixture(serviceTargetPortMismatch, "fault-name")).toMatchObject([
      {
        object: { kind: "Service", name: "web" },
        subject: "80",
        confidence: "certain",
        affects: [{ name: "web" }],
        evidence: [{ field: "spec.ports[80].targetPort", value: "http" }, { object: { name: "web-1" } }],
        remedies: [{ patch: "spec:\n  ports:\n    - port: 80\n      targetPort: 8080\n" }],
      },
    ]);
  });

  it("is less sure of a number, since containers may listen on ports they do not declare", () => {
    expect(runOnFixture(serviceTargetPortMismatch, "fault-number")).toMatchObject([
      { confidence: "likely", severity: "medium" },
    ]);
  });
});

describe("two ports of one number", () => {
  it("are told apart by protocol and place, since a patch would change the first of them", () => {
    const [finding, ...others] = runOnFixture(serviceTargetPortMismatch, "fault-shared-number");
    expect(others).toEqual([]);
    expect(finding?.remedies).toEqual([
      {
        step: "Set targetPort of port 53/UDP (spec.ports[1], counted from 0) of Service dns to a port on which its Pods listen, such as 5353.",
      },
    ]);
  });
});

describe("a client that is refused", () => {
  it("proves that the target is not the port on which the Pods answer their probe", async () => {
    const [finding] = runOnFixture(serviceTargetPortMismatch, "fault-refused-while-probed");
    expect(finding).toMatchObject({
      severity: "high",
      confidence: "likely",
      title: expect.stringContaining("goes to port 80, while its Pods answer their probe on port 3000"),
      affects: [{ kind: "Pod", name: "client" }],
    });
    expect(finding?.remedies?.[0]?.patch).toContain("targetPort: 3000");
    const path = new URL("./fixtures/fault-refused-while-probed.yaml", import.meta.url);
    const log = { namespace: "shop", pod: "client", container: "app", previous: false, truncated: false };
    const { reader } = readerFromYaml(readFileSync(path, "utf8"), {
      logs: [{ ...log, lines: ["Error: connect ECONNREFUSED 10.96.3.4:80"] }],
    });
    const { causes } = await diagnoseObject(reader, { kind: "Pod", namespace: "shop", name: "client" });
    expect(causes.map(({ code }) => code)).toEqual(["service_target_port_mismatch"]);
  });
});
