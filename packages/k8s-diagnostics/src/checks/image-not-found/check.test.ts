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

  it.each([
    ["the nearest tag that a Node has", "fault-backoff-containerd-2", "registry.example/shop/web:1.2.0"],
    ["the tag that another Pod runs", "fault-cri-o", "registry.example/shop/web:1.1"],
  ])("proposes %s", (_, fixture, image) => {
    const [finding] = runOnFixture(imageNotFound, fixture);
    expect(finding?.details).toMatchObject({ suggested_image: image });
    expect(finding?.remedies?.[0]?.patch).toContain(`image: "${image}"`);
  });

  it("takes the reason from the event where the waiting message lacks it", () => {
    const [finding] = runOnFixture(imageNotFound, "fault-backoff-told-by-event");
    expect(finding?.evidence.at(-1)).toMatchObject({ event: { reason: "Failed" } });
    expect(finding?.remedies?.[0]?.patch).toBeUndefined();
  });

  it("sets the image that the cluster has", () => {
    const remedies = runOnFixture(imageNotFound, "fault-cri-o").flatMap((finding) => finding.remedies ?? []);
    expect(remedies).toContainEqual(
      expect.objectContaining({ call: expect.objectContaining({ tool: "remediate_set_image" }) }),
    );
  });
});
