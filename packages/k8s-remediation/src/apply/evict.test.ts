import { ClusterError, type ClusterErrorCode } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { shop } from "../testing/shop.ts";
import { type Eviction, evictPatiently } from "./evict.ts";

const eviction: Eviction = {
  verb: "evict",
  object: { resource: "pods", namespace: "shop", name: "lone" },
  uid: "uid-lone",
};
const node = { uid: "uid-node-1" };

/** A cluster that answers the first evictions so, and what is told meanwhile; the clock goes on with each look. */
function refusing(tries: number, code: ClusterErrorCode, options: { retryAfterMs?: number } = {}) {
  const cluster = shop();
  const told: string[] = [];
  cluster.before = () => {
    if (cluster.stored().length <= tries) throw new ClusterError(code, "no", options);
  };
  const evict = (until: number, more: object = {}) =>
    evictPatiently(cluster.writer, eviction, node, {
      dryRun: false,
      now: () => 1_000,
      until,
      retryMs: 5,
      progress: (message) => void told.push(message),
      ...more,
    });
  return { cluster, told, evict };
}

describe("an eviction that is not allowed yet", () => {
  it.each([
    ["disruption_budget", "waiting for the budget of shop/lone"],
    ["throttled", "waiting with shop/lone: the API server limits requests"],
    ["namespace_terminating", "waiting until shop/lone ends with its Namespace"],
  ] as const)("(%s) is tried again, and told by what it waits for", async (code, waiting) => {
    const { cluster, told, evict } = refusing(2, code);
    expect(await evict(2_000)).toBeUndefined();
    expect(cluster.stored()).toHaveLength(3);
    expect(told).toEqual([waiting, waiting, "evicted shop/lone"]);
  });

  it("goes by the caller's clock", async () => {
    const { cluster, evict } = refusing(9, "disruption_budget");
    expect(await evict(1_005)).toMatchObject({ pod: "shop/lone", error: { code: "disruption_budget" } });
    expect(cluster.stored()).toHaveLength(1);
  });

  it("waits as long as the API server asks, and not at all when that is too long", async () => {
    const patient = refusing(1, "throttled", { retryAfterMs: 80 });
    const started = performance.now();
    expect(await patient.evict(2_000)).toBeUndefined();
    expect(performance.now() - started).toBeGreaterThanOrEqual(75);
    const late = refusing(1, "throttled", { retryAfterMs: 60_000 });
    expect(await late.evict(2_000)).toMatchObject({ error: { code: "throttled" } });
    expect(late.cluster.stored()).toHaveLength(1);
  });

  it("is one try in a dry run", async () => {
    const { cluster, evict } = refusing(9, "throttled");
    expect(await evict(2_000, { dryRun: true })).toMatchObject({ error: { code: "throttled" } });
    expect(cluster.writes).toHaveLength(1);
  });
});

describe("an eviction in a Namespace that is being deleted", () => {
  it.each([
    [
      "is ending",
      ({ metadata }: { metadata: object }) =>
        Object.assign(metadata, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    ],
    ["was replaced", ({ metadata }: { metadata: object }) => Object.assign(metadata, { uid: "uid-other" })],
  ])("is over when the Pod %s", async (_, change) => {
    const { cluster, evict } = refusing(9, "namespace_terminating");
    cluster.edit("pods", "shop", "lone", change);
    expect(await evict(60_000)).toBeUndefined();
    expect(cluster.stored()).toHaveLength(1);
  });

  it("is over when the Pod is gone", async () => {
    const { cluster, evict } = refusing(9, "namespace_terminating");
    cluster.remove("pods", "shop", "lone");
    expect(await evict(60_000)).toBeUndefined();
  });

  it("leaves a Pod that does not end in time", async () => {
    const { evict } = refusing(9, "namespace_terminating");
    expect(await evict(1_001)).toMatchObject({ error: { code: "namespace_terminating" } });
  });
});
