import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { hpaNoMetrics } from "./check.ts";

describe(hpaNoMetrics.id, () => {
  it("lays the cause on the workload and names the container that lacks the request", () => {
    expect(runOnFixture(hpaNoMetrics, "fault-missing-request")).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        subject: "proxy",
        affects: [{ kind: "HorizontalPodAutoscaler", name: "web" }],
        evidence: [
          {},
          { field: "spec.template.spec.containers[proxy].resources.requests.cpu", value: "absent" },
        ],
      },
    ]);
  });

  it("lays it on the metrics API when there is none", () => {
    expect(runOnFixture(hpaNoMetrics, "fault-no-metrics-api")).toMatchObject([
      { object: { kind: "APIService", name: "v1beta1.metrics.k8s.io" }, confidence: "certain" },
    ]);
  });
});
