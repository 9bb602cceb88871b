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

  it("seeks the reason at the network plug-in's Pod on the Node", () => {
    expect(runOnFixture(sandboxFailed, "fault-network-plugin-broken")).toMatchObject([
      { object: { kind: "Node", name: "worker-1" }, because: [{ kind: "Pod", name: "calico-node-x1" }] },
    ]);
  });

  it("knows the usual network plug-ins by their DaemonSets, whatever they mount", () => {
    expect(runOnFixture(sandboxFailed, "fault-usual-plugin-broken")).toMatchObject([
      { because: [{ kind: "Pod", name: "kube-flannel-ds-x1" }] },
    ]);
  });

  it("lays all Pods of a Node without a runtime on the Node", () => {
    const findings = runOnFixture(sandboxFailed, "fault-runtime-down-for-two");
    expect(
      new Set(findings.map(({ object, subject }) => `${object.kind} ${object.name} ${subject}`)),
    ).toEqual(new Set(["Node worker-1 runtime"]));
  });

  it("cordons the Node", () => {
    const remedies = runOnFixture(sandboxFailed, "fault-runtime-down").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies).toContainEqual(
      expect.objectContaining({ call: expect.objectContaining({ tool: "remediate_cordon_node" }) }),
    );
  });

  it("raises the limits", () => {
    const remedies = runOnFixture(sandboxFailed, "fault-too-little-memory").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("64Mi");
  });
});
