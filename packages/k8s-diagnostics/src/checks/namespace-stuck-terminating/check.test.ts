import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { namespaceStuckTerminating } from "./check.ts";

describe(namespaceStuckTerminating.id, () => {
  it("names the object whose finalizer holds the namespace", () => {
    const [finding] = runOnFixture(namespaceStuckTerminating, "fault-finalizer");
    expect(finding).toMatchObject({
      object: { kind: "Namespace", namespace: "", name: "old" },
      title: "Namespace old cannot be deleted: finalizers hold objects in it",
      related: [{ kind: "ConfigMap", namespace: "old", name: "held" }],
    });
    expect(finding?.evidence).toContainEqual(
      expect.objectContaining({ field: "metadata.finalizers", value: '["example.com/hold"]' }),
    );
  });

  it("tells that an API group does not answer", () => {
    expect(runOnFixture(namespaceStuckTerminating, "fault-discovery")).toMatchObject([
      { remedies: [{ step: expect.stringContaining("APIService") }] },
    ]);
  });
});
