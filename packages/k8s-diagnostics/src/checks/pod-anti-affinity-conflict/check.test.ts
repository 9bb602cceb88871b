import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { podAntiAffinityConflict } from "./check.ts";

describe(podAntiAffinityConflict.id, () => {
  it("names the Pods in the way on the Nodes that would take it", () => {
    const [finding] = runOnFixture(podAntiAffinityConflict, "fault-more-replicas-than-nodes");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      confidence: "likely",
      related: [{ kind: "Pod", name: "web-6d4b75cb6d-aaaaa" }],
      details: { pods_in_the_way: 1, nodes: 1 },
    });
    expect(finding?.evidence[1]).toMatchObject({
      field: "spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution",
    });
    expect(finding?.remedies?.[1]?.step).toContain("lower the replicas of Deployment web");
  });

  it("finds the Pods of others that keep it away", () => {
    const [finding] = runOnFixture(podAntiAffinityConflict, "fault-another-workload-keeps-away");
    expect(finding?.related).toEqual([{ kind: "Pod", namespace: "shop", name: "db-0" }]);
    expect(finding?.remedies?.[0]?.step).toContain("the anti-affinity of Pod db-0");
  });

  it("makes the rule a wish", () => {
    const remedies = runOnFixture(podAntiAffinityConflict, "fault-more-replicas-than-nodes").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("preferredDuringSchedulingIgnoredDuringExecution");
  });

  it("scales to the Pods that have a place", () => {
    const remedies = runOnFixture(podAntiAffinityConflict, "fault-more-replicas-than-nodes").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies).toContainEqual(
      expect.objectContaining({ call: expect.objectContaining({ tool: "remediate_scale_deployment" }) }),
    );
  });
});
