import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { nodeVersionSkew } from "./check.ts";

describe(nodeVersionSkew.id, () => {
  it.each([
    ["fault-too-old", "too old", "v1.31.4", "spec.containers[kube-apiserver].image"],
    ["fault-newer", "newer than allowed", "v1.35.0", "status.nodeInfo.kubeletVersion"],
  ])("says of %s that the kubelet is %s", (fixture, words, version, field) => {
    expect(runOnFixture(nodeVersionSkew, fixture)).toMatchObject([
      {
        object: { kind: "Node", name: "worker-1" },
        title: `The kubelet of Node worker-1 is ${words} for the API server`,
        evidence: [{ value: version }, { field }],
      },
    ]);
  });
});
