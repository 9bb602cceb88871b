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

  it("names who scaled it, and the autoscaler that stands still because of it", () => {
    expect(runOnFixture(scaledToZero, "fault-by-hand-under-autoscaler")).toMatchObject([
      {
        severity: "high",
        details: { scaled_by: "kubectl", scaled_at: "2026-01-01T11:00:00Z" },
        related: [{ kind: "HorizontalPodAutoscaler", name: "web" }],
        evidence: [
          { field: "spec.replicas" },
          { field: "metadata.managedFields", value: expect.stringContaining('"subresource":"scale"') },
          { field: "status.conditions[ScalingActive]", value: expect.stringContaining("ScalingDisabled") },
        ],
        remedies: [{ call: { arguments: { replicas: 2 } } }],
      },
    ]);
  });

  it("takes it for intended where KEDA does it", () => {
    expect(runOnFixture(scaledToZero, "fault-keda")).toMatchObject([{ severity: "low" }]);
  });
});
