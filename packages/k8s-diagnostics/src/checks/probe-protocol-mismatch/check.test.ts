import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { probeProtocolMismatch } from "./check.ts";

describe(probeProtocolMismatch.id, () => {
  it.each([
    ["fault-https-to-http", "readiness"],
    ["fault-http-to-grpc", "readiness"],
    ["fault-grpc-without-health", "readiness"],
    ["fault-liveness", "liveness"],
    ["fault-liveness-between-kills", "liveness"],
  ])("lays %s on the %s probe", (fixture, probe) => {
    const [finding] = runOnFixture(probeProtocolMismatch, fixture);
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" }, details: { probe } });
    expect(finding?.evidence[1]).toMatchObject({ field: `spec.template.spec.containers[app].${probe}Probe` });
  });

  it("sets the scheme to HTTP where the port speaks that", () => {
    expect(runOnFixture(probeProtocolMismatch, "fault-https-to-http")[0]?.remedies?.[0]?.patch).toContain(
      "scheme: HTTP\n",
    );
  });

  it("goes by the name of the port where a gRPC probe gets no connection", () => {
    const [finding] = runOnFixture(probeProtocolMismatch, "fault-grpc-to-http-port");
    expect(finding).toMatchObject({
      confidence: "likely",
      evidence: [{ event: { reason: "Unhealthy" } }, {}, { value: '{"name":"http","containerPort":9000}' }],
    });
    expect(finding?.remedies?.[0]?.patch).toContain("grpc: null");
  });

  it("replaces the probe by one of TCP", () => {
    const remedies = runOnFixture(probeProtocolMismatch, "fault-grpc-without-health").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("tcpSocket:");
    expect(patches).toContain("grpc: null");
  });
});
