import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { gatewayListenerInvalid } from "./check.ts";

describe(gatewayListenerInvalid.id, () => {
  it.each([
    ["fault-secret-missing", "Gateway", "names Secret edge-tls for a listener", "to edge-tsl"],
    [
      "fault-not-granted",
      "Secret",
      "Namespace certs grants Gateways of namespace infra no reference",
      "ReferenceGrant",
    ],
    ["fault-secret-type", "Secret", "is not of type kubernetes.io/tls", "anew"],
    ["fault-protocols", "Gateway", "claim port 80 with different protocols", "another port"],
    ["fault-no-certificate", "Gateway", "names no certificate", "certificateRefs"],
  ])("says what is wrong in %s", (fixture, kind, title, step) => {
    const [finding, ...others] = runOnFixture(gatewayListenerInvalid, fixture);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind },
      title: expect.stringContaining(title),
      affects: [{ kind: "Gateway", name: "edge" }],
    });
    expect(finding?.remedies?.[0]?.step).toContain(step);
  });

  it("replaces the listeners with the corrected one", () => {
    const remedies = runOnFixture(gatewayListenerInvalid, "fault-secret-missing").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("name: edge-tsl");
  });
});
