import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { scaledToZero } from "./check.ts";

describe(scaledToZero.id, () => {
  it("explains the Service that has no endpoints, and suggests the number of replicas before", () => {
    const [finding] = runOnFixture(scaledToZero, "fault-service-starved");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      severity: "high",
      affects: [{ kind: "Service", name: "web" }],
      evidence: [{ field: "spec.replicas", value: "0" }, { event: { reason: "ScalingReplicaSet" } }],
      remedies: [
        {
          patch: "spec:\n  replicas: 3\n",
          call: {
            tool: "remediate_scale_deployment",
            arguments: { namespace: "shop", deployment_name: "web", replicas: 3 },
          },
        },
      ],
    });
  });

  it("is low while other Pods serve, or nothing asks for it", () => {
    const findings = runOnFixture(scaledToZero, "fault-nobody-suffers");
    expect(findings.map(({ object, severity, affects }) => [object.name, severity, affects])).toEqual([
      ["old", "low", []],
      ["batch", "low", []],
    ]);
  });
});
