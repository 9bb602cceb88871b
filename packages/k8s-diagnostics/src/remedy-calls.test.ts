import { describe, expect, it } from "vitest";
import { callProblems } from "./remedy-calls.ts";

describe("callProblems", () => {
  it.each([
    ["remediate_pod_restart", { namespace: "shop", pod_name: "web-1" }],
    [
      "remediate_set_resources",
      { namespace: "shop", kind: "Deployment", name: "web", container: "app", limits: { memory: "1Gi" } },
    ],
    ["remediate_scale_deployment", { namespace: "shop", deployment_name: "web", replicas: 0 }],
  ])("takes %s", (tool, args) => {
    expect(callProblems({ tool, arguments: args })).toEqual([]);
  });

  it.each([
    ["remediate_everything", {}, "remediate_everything: unknown tool"],
    ["remediate_pod_restart", { namespace: "shop", name: "a", pod_name: "a" }, "remediate_pod_restart.name"],
    ["remediate_cordon_node", {}, "remediate_cordon_node.node_name"],
    [
      "remediate_rollout_restart",
      { namespace: "shop", kind: "Job", name: "a" },
      "remediate_rollout_restart.kind",
    ],
  ])("names what is wrong with a call of %s", (tool, args, problem) => {
    expect(callProblems({ tool, arguments: args })).toEqual([problem]);
  });
});
