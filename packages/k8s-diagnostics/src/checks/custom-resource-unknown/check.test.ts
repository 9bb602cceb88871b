import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { customResourceUnknown } from "./check.ts";

describe(customResourceUnknown.id, () => {
  it("names the CustomResourceDefinition that does not serve the version, and those that it serves", () => {
    const [finding] = runOnFixture(customResourceUnknown, "fault-older-definition");
    expect(finding).toMatchObject({
      object: { kind: "CustomResourceDefinition", name: "queues.mq.example.org" },
      confidence: "certain",
      affects: [{ kind: "Pod" }],
      related: [{ kind: "Deployment", name: "web" }],
      details: { version: "v1", served: ["v1beta1"] },
    });
  });

  it("says that the definitions are missing", () => {
    expect(runOnFixture(customResourceUnknown, "fault-missing")).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        confidence: "certain",
        remedies: [{ step: expect.stringContaining("CustomResourceDefinitions of mq.example.org") }],
      },
    ]);
  });

  it("knows versions that Kubernetes itself has given up", () => {
    expect(runOnFixture(customResourceUnknown, "fault-built-in")).toMatchObject([
      { confidence: "likely", remedies: [{ step: expect.stringContaining("this Kubernetes serves") }] },
    ]);
  });

  it.each([
    ["fault-gateway-api", "CustomResourceDefinitions of gateway.networking.k8s.io"],
    ["fault-metrics", "Install what serves the API metrics.k8s.io"],
  ])("tells in %s what is to be installed", (fixture, step) => {
    expect(runOnFixture(customResourceUnknown, fixture)[0]?.remedies?.[0]?.step).toContain(step);
  });
});
