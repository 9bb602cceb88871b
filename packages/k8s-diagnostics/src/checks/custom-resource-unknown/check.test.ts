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
});
