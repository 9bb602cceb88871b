import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { imageNotFound } from "./check.ts";

describe(imageNotFound.id, () => {
  it("lays the cause on the Deployment's image field", () => {
    const [finding] = runOnFixture(imageNotFound, "fault-tag");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", namespace: "shop", name: "web" },
      subject: "app",
      affects: [{ kind: "Pod", name: "web-6c5-1" }],
    });
    expect(finding?.evidence[0]).toMatchObject({
      field: "spec.template.spec.containers[app].image",
      value: "registry.example/web:1.2",
    });
  });
});
