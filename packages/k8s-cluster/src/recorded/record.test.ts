import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ClusterError } from "../errors.ts";
import type { ClusterReader } from "../read/reader.ts";
import { normalizeObject } from "../snapshot/normalize.ts";
import { RESOURCE_KEYS, type ResourceKey } from "../snapshot/resources.ts";
import { type GapReason, type LogNeed, logKey, type Need } from "../snapshot/snapshot.ts";
import { openRecordedCluster } from "./reader.ts";
import { record } from "./record.ts";

let parent: string;
let out: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "record-"));
  out = join(parent, "recording");
});
afterEach(() => rm(parent, { recursive: true }));

const CRASHING = {
  metadata: { name: "web-1", namespace: "shop" },
  spec: {
    containers: [
      {
        name: "app",
        env: [
          { name: "DB_PASSWORD", value: "s3cret" },
          { name: "PORT", value: "80" },
        ],
      },
    ],
  },
  status: { containerStatuses: [{ name: "app", ready: false, restartCount: 3, state: { waiting: {} } }] },
};
const HEALTHY = {
  metadata: { name: "web-2", namespace: "front" },
  status: { containerStatuses: [{ name: "app", ready: true, restartCount: 0, state: { running: {} } }] },
};

interface Contents {
  readonly objects: Partial<Record<ResourceKey, readonly object[]>>;
  readonly logs?: Readonly<Record<string, readonly string[]>>;
  readonly gaps?: Partial<Record<ResourceKey | "logs", GapReason>>;
}

function readerOf({ objects, logs = {}, gaps = {} }: Contents): ClusterReader {
  const read = async (need: Need) => {
    const all = (objects[need.resource] ?? []).flatMap((raw) => normalizeObject(need.resource, raw) ?? []);
    const items = all.filter(
      ({ metadata }) =>
        (need.namespace === undefined || metadata.namespace === need.namespace) &&
        (need.name === undefined || metadata.name === need.name),
    );
    const reason = gaps[need.resource];
    return reason ? { need, items, gap: { resource: need.resource, reason } } : { need, items };
  };
  return {
    cluster: { name: "test", source: "kubeconfig" },
    now: () => "2026-01-02T03:04:05.000Z",
    read,
    logs: async (need: LogNeed) => {
      if (gaps.logs) return { need, gap: { resource: "logs", reason: gaps.logs } };
      const lines = logs[logKey(need)];
      return lines ? { need, excerpt: { ...need, lines, truncated: false } } : { need };
    },
    close: async () => {},
  };
}

async function files(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

describe("record", () => {
  it("writes what a recorded cluster reads back", async () => {
    const reader = readerOf({
      objects: {
        pods: [CRASHING, HEALTHY],
        nodes: [{ metadata: { name: "n1" } }],
        configMaps: [
          {
            metadata: { name: "c", namespace: "shop" },
            data: { a: "yes", b: "2024-01-01T00:00:00Z", c: "0x1f", d: "x: y\n- z\n" },
          },
        ],
      },
      logs: { "shop/web-1/app/current": ["starting"], "shop/web-1/app/previous": ["panic: no db"] },
    });
    const result = await record(reader, { out });
    expect(result).toEqual({ directory: out, objects: 4, logs: 2, gaps: [] });
    expect(await files(out)).toEqual([
      "front/pods.yaml",
      "logs/shop/web-1/app.log",
      "logs/shop/web-1/app.previous.log",
      "nodes.yaml",
      "shop/configmaps.yaml",
      "shop/pods.yaml",
      "snapshot.yaml",
    ]);
    const recorded = await openRecordedCluster(out);
    expect([recorded.cluster.name, recorded.now()]).toEqual(["test", reader.now()]);
    for (const resource of RESOURCE_KEYS.filter((key) => key !== "pods")) {
      expect(await recorded.read({ resource })).toEqual(await reader.read({ resource }));
    }
    expect((await recorded.read({ resource: "pods" })).items).toHaveLength(2);
    const log = await recorded.logs({ namespace: "shop", pod: "web-1", container: "app", previous: true });
    expect(log.excerpt?.lines).toEqual(["panic: no db"]);
  });

  it("writes no secret", async () => {
    const jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhYmNkZWZnaCJ9.c2lnbmF0dXJl";
    await record(
      readerOf({
        objects: {
          pods: [CRASHING],
          secrets: [{ metadata: { name: "db", namespace: "shop" }, data: { password: "czNjcmV0" } }],
          configMaps: [
            {
              metadata: { name: "c", namespace: "shop" },
              data: { api_key: "s3cret", url: "https://joe:s3cret@db/x" },
            },
          ],
          serviceAccounts: [
            {
              metadata: {
                name: "a",
                namespace: "shop",
                annotations: { "kubectl.kubernetes.io/last-applied-configuration": '{"p":"s3cret"}' },
              },
            },
          ],
        },
        logs: { "shop/web-1/app/current": ["login password=s3cret", jwt] },
      }),
      { out },
    );
    const texts = await Promise.all((await files(out)).map((file) => readFile(join(out, file), "utf8")));
    const everything = texts.join("\n");
    expect(everything).not.toMatch(/s3cret|czNjcmV0|eyJhbGci/);
    expect(everything).toContain("password: ''");
    expect(everything).toContain("value: '80'");
  });

  it("says what it lacks, so that nothing follows from its absence", async () => {
    const reader = readerOf({
      objects: { pods: [CRASHING], nodes: [{ metadata: { name: "n1" } }] },
      gaps: { nodes: "truncated", secrets: "forbidden", logs: "forbidden" },
    });
    const { gaps } = await record(reader, { out });
    expect(gaps.map(({ resource, reason }) => `${resource} ${reason}`).sort()).toEqual([
      "logs forbidden",
      "logs forbidden",
      "nodes truncated",
      "secrets forbidden",
    ]);
    const recorded = await openRecordedCluster(out);
    expect((await recorded.read({ resource: "nodes" })).gap?.reason).toBe("not_recorded");
    expect((await recorded.read({ resource: "secrets" })).gap?.reason).toBe("not_recorded");
    expect((await recorded.read({ resource: "jobs" })).gap).toBeUndefined();
  });

  it("of one namespace knows nothing of the others", async () => {
    const reader = readerOf({
      objects: { pods: [CRASHING, HEALTHY], nodes: [{ metadata: { name: "n1" } }] },
    });
    await record(reader, { out, namespace: "shop" });
    const recorded = await openRecordedCluster(out);
    const reasonOf = async (need: Need) => (await recorded.read(need)).gap?.reason;
    expect(await reasonOf({ resource: "pods", namespace: "shop" })).toBeUndefined();
    expect(await reasonOf({ resource: "pods", namespace: "front" })).toBe("not_recorded");
    expect(await reasonOf({ resource: "pods" })).toBe("not_recorded");
    expect(await reasonOf({ resource: "nodes" })).toBeUndefined();
  });

  it("is for its owner only", async () => {
    await record(readerOf({ objects: { pods: [CRASHING] } }), { out });
    const modes = [out, join(out, "shop"), join(out, "shop/pods.yaml"), join(out, "snapshot.yaml")].map(
      async (path) => ((await stat(path)).mode & 0o777).toString(8),
    );
    expect(await Promise.all(modes)).toEqual(["700", "700", "600", "600"]);
  });

  it("fills an empty directory and refuses every other", async () => {
    const reader = readerOf({ objects: {} });
    await mkdir(out);
    await record(reader, { out });
    await expect(record(reader, { out })).rejects.toMatchObject({ code: "rejected" });
    const file = join(parent, "file");
    await writeFile(file, "");
    await expect(record(reader, { out: file })).rejects.toMatchObject({ code: "rejected" });
    expect((await readdir(parent)).sort()).toEqual(["file", "recording"]);
  });

  it("leaves nothing behind when it fails", async () => {
    const reader = readerOf({ objects: { pods: [CRASHING] } });
    const failing: ClusterReader = {
      ...reader,
      read: async (need) => {
        if (need.resource === "deployments") throw new ClusterError("unreachable", "gone");
        return reader.read(need);
      },
    };
    await expect(record(failing, { out })).rejects.toMatchObject({ code: "unreachable" });
    expect(await readdir(parent)).toEqual([]);
  });

  it.each([
    { objects: { pods: [{ metadata: { name: "a", namespace: "../.." } }] } },
    { objects: { pods: [{ ...CRASHING, metadata: { name: "../../x", namespace: "shop" } }] } },
    {
      objects: {
        pods: [
          { ...CRASHING, status: { containerStatuses: [{ name: "../x", ready: false, restartCount: 1 }] } },
        ],
      },
    },
  ])("lets no name from the cluster become another path: %j", async (contents) => {
    const logs = Object.fromEntries(
      ["shop/../../x/app", "shop/web-1/../x"].map((key) => [`${key}/current`, ["line"]]),
    );
    await expect(record(readerOf({ ...contents, logs }), { out })).rejects.toMatchObject({
      code: "invalid_name",
    });
    expect(await readdir(parent)).toEqual([]);
  });

  it("reports progress up to the end", async () => {
    const steps: (readonly [number, number, string])[] = [];
    await record(readerOf({ objects: {} }), { out, progress: (...step) => steps.push(step) });
    expect(steps.at(-1)).toEqual([RESOURCE_KEYS.length + 1, RESOURCE_KEYS.length + 1, "logs"]);
    expect(steps.map(([done]) => done)).toEqual(steps.map((_, index) => index + 1));
  });
});
