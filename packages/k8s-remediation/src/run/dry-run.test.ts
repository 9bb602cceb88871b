import { ClusterError } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { rig } from "../testing/rig.ts";

describe("an object that changes while a plan for it is made", () => {
  it("is planned for anew, with what is seen then", async () => {
    const world = rig();
    let isFirst = true;
    world.cluster.before = () => {
      if (!isFirst) return;
      isFirst = false;
      world.cluster.edit("deployments", "shop", "web", ({ spec = {} }) =>
        Object.assign(spec, { replicas: 3 }),
      );
    };
    expect(await world.scale({ confirm: false })).toMatchObject({
      status: "planned",
      plan: {
        refused: [],
        changes: [{ path: "spec.replicas", before: 3, after: 5 }],
      },
    });
  });

  it("again and again ends the call with the conflict, not with a refusal of the cluster", async () => {
    const world = rig();
    world.cluster.before = () => {
      throw new ClusterError("conflict", "it has changed");
    };
    await expect(world.scale({ confirm: false })).rejects.toMatchObject({ code: "conflict" });
    expect(world.cluster.stored()).toEqual([]);
  });
});
