import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collect } from "../read/collect.ts";
import { openRecordedCluster } from "./reader.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "recording-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const pod = (name: string, more = "") =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: shop }\n${more}`;

async function podNames(): Promise<readonly string[]> {
  const { objects } = await collect(await openRecordedCluster(root), [{ resource: "pods" }]);
  return objects.pods.all.map(({ metadata }) => metadata.name).sort();
}

describe("a recorded cluster", () => {
  it("reads single objects, several documents, lists and JSON from any folder", async () => {
    write("a.yaml", `${pod("one")}\n---\n${pod("two")}`);
    write(
      "deep/er/b.yml",
      "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: { name: three }",
    );
    write(
      "shop/pods.json",
      JSON.stringify({ apiVersion: "v1", kind: "PodList", items: [{ metadata: { name: "four" } }] }),
    );
    expect(await podNames()).toEqual(["four", "one", "three", "two"]);
  });

  it("knows that there are none of a kind whose list was recorded, and nothing of other kinds", async () => {
    write("shop/services.json", '{"apiVersion":"v1","kind":"ServiceList","items":[]}');
    const { objects, gaps } = await collect(await openRecordedCluster(root), [
      { resource: "services", namespace: "shop" },
      { resource: "secrets", namespace: "shop" },
    ]);
    expect([objects.services.knows("shop"), objects.secrets.knows("shop")]).toEqual([true, false]);
    expect(gaps).toEqual([{ resource: "secrets", namespace: "shop", reason: "not_recorded" }]);
  });

  it("takes its time and name from snapshot.yaml, and what was read completely", async () => {
    write(
      "snapshot.yaml",
      'recorded_at: "2026-03-01T10:00:00Z"\ncluster: prod\nresources: [secrets, nonsense]',
    );
    const reader = await openRecordedCluster(root);
    const { objects, asOf, cluster } = await collect(reader, [{ resource: "secrets" }]);
    expect([asOf, cluster.name, objects.secrets.knows("shop")]).toEqual([
      "2026-03-01T10:00:00Z",
      "prod",
      true,
    ]);
  });

  it("takes the newest time that the objects mention when nothing else says it", async () => {
    write("a.yaml", pod("one", 'status: { startTime: "2026-02-01T00:00:00Z" }'));
    write(
      "b.yaml",
      pod("two", 'spec: { note: "2030-01-01T00:00:00Z" }\nstatus: { startTime: "2026-02-03T00:00:00Z" }'),
    );
    expect((await openRecordedCluster(root)).now()).toBe("2026-02-03T00:00:00Z");
  });

  it.each([
    ["our layout", "logs/shop/web/app.log", "logs/shop/web/app.previous.log"],
    ["our layout below another folder", "x/logs/shop/web/app.log", "x/logs/shop/web/app.previous.log"],
  ])("finds logs in %s", async (_, current, previous) => {
    write(current, "now\n");
    write(previous, "before\n");
    const reader = await openRecordedCluster(root);
    const need = { namespace: "shop", pod: "web", container: "app" };
    expect((await reader.logs({ ...need, previous: false })).excerpt?.lines).toEqual(["now"]);
    expect((await reader.logs({ ...need, previous: true })).excerpt?.lines).toEqual(["before"]);
  });

  it("finds the logs of a cluster-info dump, and says when there are none", async () => {
    write("shop/web/logs.txt", "dumped\n");
    const reader = await openRecordedCluster(root);
    const need = { namespace: "shop", container: "app", previous: false };
    expect((await reader.logs({ ...need, pod: "web" })).excerpt?.lines).toEqual(["dumped"]);
    expect((await reader.logs({ ...need, pod: "api" })).gap).toMatchObject({ reason: "not_recorded" });
  });

  it("keeps no value of a Secret and no last-applied annotation", async () => {
    write(
      "a.yaml",
      `apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
  annotations: { kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"password":"hunter2"}}' }
data: { password: aHVudGVyMg== }
stringData: { token: hunter2 }`,
    );
    const { objects } = await collect(await openRecordedCluster(root), [{ resource: "secrets" }]);
    expect(JSON.stringify(objects.secrets.all)).not.toMatch(/hunter2|aHVudGVyMg/);
    expect(objects.secrets.get("shop", "db")?.data).toEqual({ password: "", token: "" });
  });

  it.each([
    ["broken YAML", "a.yaml", "a: b: c", /a\.yaml line 1/],
    ["broken JSON", "b.json", "{", /b\.json/],
    ["too many aliases", "c.yaml", `a: &a [1]\nb: [${"*a, ".repeat(200)}]`, /c\.yaml/],
  ])("refuses %s and names the file", async (_, path, text, message) => {
    write(path, text);
    await expect(openRecordedCluster(root)).rejects.toMatchObject({
      code: "malformed_recording",
      message: expect.stringMatching(message),
    });
  });

  it("reads objects from a file that happens to be called snapshot.yaml", async () => {
    write("snapshot.yaml", pod("one"));
    expect(await podNames()).toEqual(["one"]);
  });

  it("refuses a directory without any object, because it is hardly the one that is meant", async () => {
    write("notes.txt", "nothing here");
    await expect(openRecordedCluster(root)).rejects.toMatchObject({ code: "malformed_recording" });
  });

  it("refuses what is not there", async () => {
    await expect(openRecordedCluster(join(root, "nope"))).rejects.toMatchObject({
      code: "malformed_recording",
    });
  });

  it("passes over documents that are no objects, and does not follow symbolic links", async () => {
    write("a.yaml", `just text\n---\n${pod("one")}\n---\nkind: Pod\n---\n[1, 2]`);
    symlinkSync("/etc", join(root, "link"));
    expect(await podNames()).toEqual(["one"]);
  });
});
