import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { nodeNetworkAgentDown } from "./check.ts";

describe(nodeNetworkAgentDown.id, () => {
  it.each([
    ["fault-kube-proxy", "DaemonSet kube-proxy"],
    ["fault-cni", "DaemonSet calico-node"],
  ])("names the agent and the clients of its Node in %s", (fixture, agent) => {
    expect(runOnFixture(nodeNetworkAgentDown, fixture)).toMatchObject([
      {
        object: { kind: "Pod", namespace: "kube-system" },
        title: expect.stringContaining(`${agent} does not work on Node node-a`),
        affects: [{ kind: "Pod", name: "client" }],
        related: expect.arrayContaining([
          expect.objectContaining({ kind: "Node", name: "node-a" }),
          expect.objectContaining({ kind: "DaemonSet" }),
        ]),
      },
    ]);
  });

  it("tells the Service that the clients do not reach", () => {
    const [finding] = runOnFixture(nodeNetworkAgentDown, "fault-kube-proxy");
    expect(finding?.related?.at(-1)).toEqual({ kind: "Service", namespace: "shop", name: "web" });
  });
});
