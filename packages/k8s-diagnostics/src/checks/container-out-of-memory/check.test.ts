import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { containerOutOfMemory } from "./check.ts";

describe(containerOutOfMemory.id, () => {
  it.each(["fault-crash-loop", "fault-now-terminated", "fault-init-killed-at-start"])(
    "lays %s on the memory limit of the Deployment",
    (fixture) => {
      const [finding] = runOnFixture(containerOutOfMemory, fixture);
      expect(finding).toMatchObject({
        object: { kind: "Deployment", namespace: "shop", name: "web" },
        subject: "app",
        confidence: "certain",
        affects: [{ kind: "Pod" }],
      });
      expect(finding).not.toHaveProperty("severity");
      expect(finding?.evidence[1]).toMatchObject({
        field: "spec.template.spec.containers[app].resources.limits.memory",
      });
    },
  );

  it("proposes twice the limit", () => {
    const [finding] = runOnFixture(containerOutOfMemory, "fault-crash-loop");
    expect(finding?.evidence[1]).toMatchObject({ value: "64Mi" });
    expect(finding?.remedies?.[0]?.patch).toContain('memory: "128Mi"');
  });

  it("offers the call that sets twice the limit", () => {
    const [crashing] = runOnFixture(containerOutOfMemory, "fault-crash-loop");
    expect(crashing?.remedies?.[0]?.call).toEqual({
      tool: "remediate_set_resources",
      arguments: {
        namespace: "shop",
        kind: "Deployment",
        name: "web",
        container: "app",
        limits: { memory: "128Mi" },
      },
    });
  });

  it("is of medium severity when the container runs again", () => {
    expect(runOnFixture(containerOutOfMemory, "fault-restarted-recently")).toMatchObject([
      { severity: "medium" },
    ]);
  });

  it("blames the Node's memory where the container has no limit, and is less sure", () => {
    const [finding] = runOnFixture(containerOutOfMemory, "fault-no-limit");
    expect(finding?.title).toContain("its Node had no memory left");
    expect(finding).toMatchObject({ confidence: "likely" });
    expect(finding?.evidence.at(-1)).toMatchObject({
      object: { kind: "Node" },
      event: { reason: "SystemOOM" },
    });
  });

  it.each([
    ["fault-heap-above-limit", "ConfigMap", "-Xmx1536m"],
    ["fault-node-heap", "Deployment", "--max-old-space-size=512"],
  ])("names in %s the option of the %s that lets the heap outgrow the limit", (fixture, kind, value) => {
    const [finding] = runOnFixture(containerOutOfMemory, fixture);
    expect(finding?.evidence[1]).toMatchObject({ object: { kind }, value });
    expect(finding?.remedies?.[0]).toMatchObject({ object: { kind } });
  });
});
