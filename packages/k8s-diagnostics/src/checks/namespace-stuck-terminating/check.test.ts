import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { namespaceStuckTerminating } from "./check.ts";

describe(namespaceStuckTerminating.id, () => {
  it("names the object whose finalizer holds the namespace", () => {
    const [finding] = runOnFixture(namespaceStuckTerminating, "fault-finalizer");
    expect(finding).toMatchObject({
      object: { kind: "Namespace", namespace: "", name: "old" },
      title: "Namespace old cannot be deleted: the finalizer example.com/hold holds ConfigMap held",
      related: [{ kind: "ConfigMap", namespace: "old", name: "held" }],
      details: { finalizers: [{ name: "example.com/hold", count: 1 }] },
    });
    expect(finding?.evidence).toContainEqual(
      expect.objectContaining({ field: "metadata.finalizers", value: '["example.com/hold"]' }),
    );
  });

  it("names the APIService that does not answer", () => {
    expect(runOnFixture(namespaceStuckTerminating, "fault-discovery")).toMatchObject([
      {
        title:
          "Namespace old cannot be deleted: APIService v1beta1.metrics.k8s.io does not answer, so that its objects cannot be listed",
        because: [{ kind: "APIService", namespace: "", name: "v1beta1.metrics.k8s.io" }],
      },
    ]);
  });

  it("names the custom resources and who should release them", () => {
    const [finding] = runOnFixture(namespaceStuckTerminating, "fault-custom-resources");
    expect(finding).toMatchObject({
      title:
        "Namespace old cannot be deleted: the finalizer finalizers.argocd.argoproj.io/x holds its widgets.example.com",
      because: [{ kind: "CustomResourceDefinition", name: "widgets.example.com" }],
      details: {
        remaining: [
          { name: "widgets.example.com", count: 2 },
          { name: "configmaps", count: 1 },
        ],
      },
    });
    expect(finding?.remedies?.[0]?.step).toContain("the application controller of Argo CD");
  });

  it.each([
    ["fault-conversion", "service_without_backing_pods", "Service"],
    ["fault-webhook", "webhook_unavailable", "ValidatingWebhookConfiguration"],
    ["fault-discovery", "namespace_stuck_terminating", "Namespace"],
  ])("leaves one cause of %s: %s on the %s", (fixture, code, kind) => {
    const file = new URL(`fixtures/${fixture}.yaml`, import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), {
      concerns: () => true,
    });
    expect(causes.map((cause) => [cause.code, cause.object.kind])).toEqual([[code, kind]]);
  });
});
