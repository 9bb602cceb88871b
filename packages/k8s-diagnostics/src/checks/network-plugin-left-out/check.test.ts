import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { networkPluginLeftOut } from "./check.ts";

describe(networkPluginLeftOut.id, () => {
  it("names the taint that the plug-in does not tolerate with this effect", () => {
    const [finding] = runOnFixture(networkPluginLeftOut, "fault-taint");
    expect(finding).toMatchObject({
      object: { kind: "DaemonSet", name: "kube-flannel-ds" },
      title:
        "DaemonSet kube-flannel-ds, the network plug-in, has no Pod on Node worker-2: it does not tolerate the taint team of Node worker-2",
      affects: [{ kind: "Node", name: "worker-2" }],
    });
    expect(finding?.remedies?.[0]?.step).toContain("with the effect NoSchedule only");
  });

  it("names the label that it selects", () => {
    expect(runOnFixture(networkPluginLeftOut, "fault-not-selected")).toMatchObject([
      {
        evidence: [{ value: "flannel" }, { object: { kind: "Node", name: "worker-2" }, value: "absent" }, {}],
      },
    ]);
  });

  it("stands for the Node that is not ready", () => {
    const file = new URL("fixtures/fault-taint.yaml", import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["network_plugin_left_out"]);
  });
});
