import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { serviceSingleEndpoint } from "./check.ts";

describe(serviceSingleEndpoint.id, () => {
  it("names a Service behind an Ingress that one Pod serves", () => {
    expect(runOnFixture(serviceSingleEndpoint, "fault-behind-ingress")).toMatchObject([
      { object: { kind: "Service", name: "web" }, evidence: [{ value: "ClusterIP" }, { value: "1" }] },
    ]);
  });

  it("adds a replica to a Deployment, by its autoscaler where it has one", () => {
    expect(runOnFixture(serviceSingleEndpoint, "fault-behind-ingress")[0]?.remedies).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        call: { tool: "remediate_scale_deployment", arguments: { deployment_name: "web", replicas: 2 } },
      },
    ]);
    expect(runOnFixture(serviceSingleEndpoint, "fault-load-balancer")[0]?.remedies).toMatchObject([
      { object: { kind: "HorizontalPodAutoscaler", name: "web" }, patch: "spec:\n  minReplicas: 2\n" },
    ]);
  });
});
