import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ingressBackendProtocol } from "./check.ts";

describe(ingressBackendProtocol.id, () => {
  it("believes the controller, which names the address of the server", () => {
    expect(runOnFixture(ingressBackendProtocol, "fault-controller-log")).toMatchObject([
      {
        object: { kind: "Ingress", name: "quotes" },
        confidence: "certain",
        title:
          "Ingress quotes lets ingress-nginx speak HTTP/1 to port 9000 of Service quotes, which speaks gRPC",
        evidence: [
          { object: { name: "controller-0" }, log: {} },
          { field: "metadata.annotations[nginx.ingress.kubernetes.io/backend-protocol]", value: "absent" },
          { object: { kind: "Service" }, field: "spec.ports[9000].name", value: "grpc" },
        ],
        remedies: [
          {
            patch: "metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/backend-protocol: GRPC\n",
          },
        ],
      },
    ]);
  });

  it("knows a gRPC server by its probe, and takes its own words for the reason", () => {
    expect(runOnFixture(ingressBackendProtocol, "fault-server-log")).toMatchObject([
      {
        confidence: "likely",
        evidence: [{ object: { name: "quotes-0" }, log: {} }, {}, { object: { kind: "Pod" } }],
      },
    ]);
  });

  it("does not change the protocol of other paths", () => {
    const [finding] = runOnFixture(ingressBackendProtocol, "fault-beside-a-web-page");
    expect(finding?.remedies).toEqual([{ step: expect.stringContaining("an Ingress of their own") }]);
  });
});
