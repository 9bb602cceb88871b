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
  const CODES = [
    { code: "timeout", outcome: "unknown", told: "unknown" },
    { code: "unreachable", outcome: "unknown", told: "unknown" },
    { code: "server_error", outcome: "not_applied", told: "failed" },
  ] as const;
  const WRITES = {
    scale: [ACTIONS.scale as never, { ...web, replicas: 5 }],
    patch: [ACTIONS.setImage as never, image],
    create: [ACTIONS.jobRerun as never, { namespace: "shop", name: "nightly-1" }],
  } as const;
  const table = Object.entries(WRITES).flatMap(([verb, [action, input]]) =>
    CODES.map((code) => ({ verb, action, input, ...code })),
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
    "($verb, $code) is $outcome when the object is as it was",
    async ({ action, input, code, outcome, told }) => {
      const world = rig();
      world.cluster.before = ({ dryRun }) => {
        if (!dryRun) lose(code)();
      };
      await expect(world.run<object>(action, input)).rejects.toMatchObject({ code });
      expect(world.cluster.stored()).toHaveLength(1);
      expect(world.entries()).toMatchObject([{ outcome }]);
      expect(world.records.at(-1)).toMatchObject({ event: "outcome", outcome: told });
    },
  );

  it("is told as one that may have happened, while nobody knows", async () => {
    const world = rig();
    world.cluster.before = ({ dryRun }) => {
      if (!dryRun) lose("timeout")();
    };
    await expect(world.scale()).rejects.toThrow(/^the answer is lost The write may have happened/);
    world.cluster.before = ({ dryRun }) => {
      if (!dryRun) lose("server_error")();
    };
    await expect(world.scale()).rejects.toThrow(/^the answer is lost$/);
  });

  it("has failed when nothing listened", async () => {
    const world = rig();
    world.cluster.before = ({ dryRun }) => {
      if (!dryRun) throw new ClusterError("unreachable", "", { cause: { code: "ECONNREFUSED" } });
    };
    await expect(world.scale()).rejects.toMatchObject({ code: "unreachable" });
    expect(world.entries()).toMatchObject([{ outcome: "not_applied" }]);
  });

  it("counts for cool-downs while nobody knows what became of it", async () => {
    const world = rig({ coolDownSeconds: 60 });
    world.cluster.before = ({ dryRun }) => {
      if (!dryRun) lose("timeout")();
    };
    await expect(world.scale()).rejects.toMatchObject({ code: "timeout" });
    world.now += 100;
    await expect(world.scale()).rejects.toThrow("[cool_down]");
  });

  it("is followed by the evictions of a drain when its Node shows that it was cordoned", async () => {
    const world = rig();
    world.cluster.after = ({ verb }) => {
      if (verb === "patch") lose("timeout")();
    };
    const done = doneOf(await world.run(ACTIONS.drain as never, { name: "node-1" }));
    expect(done).toMatchObject({
      verification: { verified: true, message: "node/node-1 drained" },
      warnings: expect.arrayContaining([expect.stringContaining("the answer is lost")]),
    });
    expect(world.cluster.stored().map(({ verb }) => verb)).toEqual(["patch", "evict"]);
  });

  it("of an eviction of a drain is not told as one that did not happen", async () => {
    const world = rig();
    world.cluster.before = ({ verb, dryRun }) => {
      if (verb === "evict" && !dryRun) lose("timeout")();
    };
    const done = doneOf(await world.run(ACTIONS.drain as never, { name: "node-1" }));
    expect(done.verification).toMatchObject({
      verified: false,
      message: expect.stringContaining("Perhaps evicted, perhaps not: shop/web-3-a"),
    });
  });

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
