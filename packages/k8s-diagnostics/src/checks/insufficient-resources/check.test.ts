import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { insufficientResources } from "./check.ts";

describe(insufficientResources.id, () => {
  it("is certain when the request fits no Node even empty", () => {
    const [finding, ...more] = runOnFixture(insufficientResources, "fault-fits-no-node");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "cpu",
      title: "No Node has as much cpu as is requested by the Pods of Deployment web",
      confidence: "certain",
      evidence: [
        { field: "spec.containers[app].resources.requests[cpu]", value: "16" },
        { object: { kind: "Node", name: "worker-2" }, field: "status.allocatable[cpu]", value: "7910m" },
        { object: { kind: "Node", name: "worker-2" }, value: "7910m" },
        { field: "status.conditions[PodScheduled].message" },
      ],
      details: {
        requested: "16",
        largest_allocatable: "7910m",
        most_free: "7910m",
        fits_an_empty_node: false,
      },
    });
    expect(finding?.remedies?.[0]?.step).toContain(
      "spec.template.spec.containers[app].resources.requests[cpu] of Deployment web",
    );
  });

  it("lowers a request that fits no Node to what the Pods there leave of one", () => {
    const [finding] = runOnFixture(insufficientResources, "fault-fits-no-node-beside-agents");
    expect(finding?.remedies?.[0]).toMatchObject({
      step: expect.stringContaining(
        "the Pod asks for 16 in all, and 7910m is the most that a Node has, and 7790m is the most that a Node has left. The patch shows what would just fit for one such Pod.",
      ),
      call: { arguments: { requests: { cpu: "7790m" } } },
    });
  });

  it("tells Nodes that are full now, with what is left beside all their unfinished Pods", () => {
    const [finding] = runOnFixture(insufficientResources, "fault-full-now");
    expect(finding).toMatchObject({
      title: "The Nodes have too little cpu left for the Pods of Deployment web",
      confidence: "likely",
      details: {
        most_free: "420m",
        freest_node: "worker-1",
        largest_allocatable: "7910m",
        fits_an_empty_node: true,
        nearest_node: "worker-1",
        lacks: { cpu: expect.any(String) },
      },
    });
    expect(finding?.remedies?.[0]?.step).toContain("Node worker-1 comes nearest: it lacks ");
    expect(finding?.remedies?.at(-1)).toMatchObject({ object: { kind: "Node", name: "worker-3" } });
  });

  it("knows that no Node offers a device", () => {
    const [finding] = runOnFixture(insufficientResources, "fault-gpu-not-offered");
    expect(finding).toMatchObject({ subject: "nvidia.com/gpu", confidence: "certain" });
    expect(finding?.remedies?.[0]?.step).toContain("device plugin");
  });

  it("gives no figures of what it did not read", () => {
    const [finding] = runOnFixture(insufficientResources, "fault-nodes-not-read");
    expect(finding?.confidence).toBe("likely");
    expect(finding?.details).toEqual({
      resource: "cpu",
      requested: "2",
      fits_an_empty_node: true,
      preemption: "5 Preemption is not helpful for scheduling",
    });
  });

  it("offers to bound the autoscaler that wants more than there is room for", () => {
    const [finding] = runOnFixture(insufficientResources, "fault-autoscaler-wants-more");
    expect(finding?.related).toMatchObject([{ kind: "HorizontalPodAutoscaler", name: "web" }]);
    expect(finding?.remedies?.at(-1)).toMatchObject({ patch: "spec:\n  maxReplicas: 1\n" });
  });

  it("leads to the Node that has room and is not ready", () => {
    expect(runOnFixture(insufficientResources, "fault-new-node-not-ready")).toMatchObject([
      { subject: "cpu", because: [{ kind: "Node", name: "worker-2" }] },
    ]);
  });

  it("lowers the request to what fits", () => {
    const remedies = runOnFixture(insufficientResources, "fault-full-now").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies).toContainEqual(
      expect.objectContaining({ call: expect.objectContaining({ tool: "remediate_set_resources" }) }),
    );
  });

  it("uncordons a Node that has room", () => {
    const remedies = runOnFixture(insufficientResources, "fault-full-now").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies).toContainEqual(
      expect.objectContaining({ call: expect.objectContaining({ tool: "remediate_uncordon_node" }) }),
    );
  });
});
