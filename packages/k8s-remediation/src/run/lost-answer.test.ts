import { ClusterError, type ClusterErrorCode } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { ACTIONS } from "../actions/index.ts";
import { doneOf, rig } from "../testing/rig.ts";

const web = { resource: "deployments", namespace: "shop", name: "web" } as const;
const lose = (code: ClusterErrorCode) => () => {
  throw new ClusterError(code, "the answer is lost");
};

describe("a write whose answer is lost", () => {
  const image = { ...web, container: "app", image: "registry.example/web:4" };
  const WRITES = {
    scale: [ACTIONS.scale as never, { ...web, replicas: 5 }],
    patch: [ACTIONS.setImage as never, image],
    create: [ACTIONS.jobRerun as never, { namespace: "shop", name: "nightly-1" }],
  } as const;
  const table = Object.entries(WRITES).flatMap(([verb, [action, input]]) =>
    (["timeout", "unreachable", "server_error"] as const).map((code) => ({ verb, action, input, code })),
  );

  it.each(table)("($verb, $code) is a success when the object shows it, and is sent once", async (given) => {
    const world = rig();
    world.cluster.after = lose(given.code);
    const done = doneOf(await world.run<object>(given.action, given.input));
    expect(done.verification.verified).toBe(true);
    expect(done.warnings).toEqual([expect.stringContaining("the answer is lost")]);
    expect(world.cluster.stored()).toHaveLength(1);
    expect(world.entries()).toMatchObject([{ outcome: "success", expected: expect.any(String) }]);
    expect(world.records.at(1)).toMatchObject({ event: "outcome", outcome: "success", code: given.code });
  });

  it.each(table)(
    "($verb, $code) has failed when the object is as it was",
    async ({ action, input, code }) => {
      const world = rig();
      world.cluster.before = ({ dryRun }) => {
        if (!dryRun) lose(code)();
      };
      await expect(world.run<object>(action, input)).rejects.toMatchObject({ code });
      expect(world.cluster.stored()).toHaveLength(1);
      expect(world.entries()).toMatchObject([{ outcome: "not_applied" }]);
      expect(world.records.at(-1)).toMatchObject({ event: "outcome", outcome: "failed" });
    },
  );

  it.each([
    ["neither as it was nor as it was to be", (spec: object) => Object.assign(spec, { replicas: 9 })],
    ["not to be seen", () => lose("unreachable")()],
  ])("is unknown when the object is %s", async (_, change) => {
    const world = rig();
    const { writer } = world.deps.cluster;
    let isLost = false;
    world.cluster.after = () => {
      isLost = true;
      lose("timeout")();
    };
    const get: typeof writer.get = async (key) => {
      const object = await writer.get(key);
      if (isLost) change((object as { spec?: object }).spec ?? {});
      return object;
    };
    const cluster = { ...world.deps.cluster, writer: { ...writer, get } };
    await expect(world.scale({}, 5, { cluster })).rejects.toMatchObject({ code: "timeout" });
    expect(world.entries()).toMatchObject([{ outcome: "unknown" }]);
    expect(world.records.at(-1)).toMatchObject({ event: "outcome", outcome: "unknown", code: "timeout" });
  });
});
