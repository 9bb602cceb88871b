import { describe, expect, it } from "vitest";
import type { Write } from "../action.ts";
import { shop } from "../testing/shop.ts";
import { makeWrite } from "./write.ts";

describe.each<[string, Write]>([
  [
    "an eviction",
    { verb: "evict", object: { resource: "pods", namespace: "shop", name: "lone" }, uid: "uid-lone" },
  ],
  [
    "a deletion",
    {
      verb: "delete",
      object: { resource: "jobs", namespace: "shop", name: "nightly-1" },
      uid: "uid-nightly-1",
    },
  ],
])("%s", (_, write) => {
  const uid = "uid" in write ? write.uid : "";

  it("of the target holds for the version that was seen", async () => {
    const cluster = shop();
    await makeWrite(cluster.writer, write, { uid, resourceVersion: "1" }, { dryRun: false });
    expect(cluster.stored()).toMatchObject([{ precondition: { uid, resourceVersion: "1" } }]);
  });

  it("of another object holds for the UID that was planned, whatever the target's version is", async () => {
    const cluster = shop();
    await makeWrite(cluster.writer, write, { uid: "uid-other", resourceVersion: "77" }, { dryRun: false });
    expect(cluster.stored().map(({ precondition }) => precondition)).toEqual([{ uid }]);
    expect(cluster.find(write.object.resource, "shop", write.object.name)).toBeUndefined();
  });
});
