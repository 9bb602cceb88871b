import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { probeWrongPort } from "./check.ts";

describe(probeWrongPort.id, () => {
  it.each([
    ["fault-number", "readiness", "likely", "port: 8080"],
    ["fault-name", "readiness", "certain", "port: http"],
    ["fault-name-kubernetes-1-35", "readiness", "certain", "port: http"],
    ["fault-liveness", "liveness", "likely", "port: 8080"],
    ["fault-liveness-between-kills", "liveness", "likely", "port: 8080"],
  ])("corrects in %s the port of the %s probe", (fixture, probe, confidence, line) => {
    const [finding] = runOnFixture(probeWrongPort, fixture);
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      confidence,
      details: { container: "app", probe },
    });
    expect(finding?.evidence[0]).toMatchObject({
      field: `spec.template.spec.containers[app].${probe}Probe.httpGet.port`,
    });
    expect(finding?.remedies?.[0]?.patch).toContain(line);
  });
});
