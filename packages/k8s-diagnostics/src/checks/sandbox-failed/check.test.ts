import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { sandboxFailed } from "./check.ts";

describe(sandboxFailed.id, () => {
  it.each([
    ["fault-network-plugin", "network"],
    ["fault-no-addresses", "addresses"],
    ["fault-runtime-down", "runtime"],
  ])("lays %s on the Node's %s", (fixture, subject) => {
    expect(runOnFixture(sandboxFailed, fixture)).toMatchObject([
      { object: { kind: "Node", namespace: "", name: "node-a" }, subject, affects: [{ kind: "Pod" }] },
    ]);
  });

  it("lays memory limits that are too low on the workload", () => {
    const [finding] = runOnFixture(sandboxFailed, "fault-too-little-memory");
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" }, subject: "memory" });
    expect(finding?.evidence[1]).toMatchObject({ value: "512Ki" });
  });

  it("lays an unknown runtime class on the workload", () => {
    const [finding] = runOnFixture(sandboxFailed, "fault-runtime-handler");
    expect(finding?.object).toMatchObject({ kind: "Deployment", name: "web" });
    expect(finding?.evidence[1]).toMatchObject({
      field: "spec.template.spec.runtimeClassName",
      value: "nvidia",
    });
  });
});
