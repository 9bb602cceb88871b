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

  it("offers a request, as a patch and as a call", () => {
    const [finding] = runOnFixture(hpaNoMetrics, "fault-missing-request-unnamed");
    expect(finding).toMatchObject({
      subject: "log",
      remedies: [
        {
          patch: expect.stringContaining("- name: log"),
          call: {
            tool: "remediate_set_resources",
            arguments: { kind: "Deployment", name: "web", container: "log", requests: { cpu: "100m" } },
          },
        },
      ],
    });
  });

  it("does not patch the template for a container that is injected", () => {
    const [remedy] = runOnFixture(hpaNoMetrics, "fault-injected-sidecar")[0]?.remedies ?? [];
    expect(remedy?.step).toContain("where it is injected");
    expect(remedy?.patch).toBeUndefined();
  });

  it.each([
    ["fault-no-external-metrics-api", "v1beta1.external.metrics.k8s.io"],
    ["fault-no-custom-metrics-api", "v1beta1.custom.metrics.k8s.io"],
  ])("names the API that is missing: %s", (fixture, name) => {
    expect(runOnFixture(hpaNoMetrics, fixture)).toMatchObject([{ object: { kind: "APIService", name } }]);
  });
});
