import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { apiServiceUnavailable } from "./check.ts";

describe(apiServiceUnavailable.id, () => {
  it("points to the Service, and names autoscalers and namespaces that suffer", () => {
    expect(runOnFixture(apiServiceUnavailable, "fault-missing-endpoints")).toMatchObject([
      {
        object: { kind: "APIService", name: "v1beta1.metrics.k8s.io" },
        because: [{ kind: "Service", namespace: "kube-system", name: "metrics-server" }],
        affects: [
          { kind: "HorizontalPodAutoscaler", name: "web" },
          { kind: "Namespace", name: "old" },
        ],
        details: { reason: "MissingEndpoints" },
      },
    ]);
  });

  it("points to nothing further when the Service is gone", () => {
    const [finding] = runOnFixture(apiServiceUnavailable, "fault-service-gone");
    expect(finding?.because).toBeUndefined();
    expect(finding?.remedies?.[0]?.step).toContain("delete the APIService");
  });

  it.each([
    ["fault-certificate", "spec.caBundle of APIService v1beta1.metrics.k8s.io"],
    ["fault-timeout", "Let the API server reach the Pods"],
  ])("reads the message of %s", (fixture, words) => {
    expect(runOnFixture(apiServiceUnavailable, fixture)[0]?.remedies?.[0]?.step).toContain(words);
  });
});
