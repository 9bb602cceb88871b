import {
  ClusterError,
  type ClusterErrorCode,
  type ClusterReader,
  type ClusterWriter,
} from "@k8s-ops/k8s-cluster";
import type { CallContext } from "@k8s-ops/mcp-contract";
import { builtInPolicy } from "@k8s-ops/mcp-rbac/defaults";
import { describe, expect, it } from "vitest";
import type { Clusters } from "./clusters.ts";
import { remediateDeps } from "./remediation.ts";

const SERVER = "https://api.example:6443";
const cluster = { name: "prod", source: "kubeconfig" } as const;

/** A cluster whose kube-system is what each read in turn says; the last one is said for ever. */
function idsOf(...reads: readonly (string | undefined | ClusterErrorCode)[]) {
  let count = 0;
  const writer = {
    cluster,
    async get() {
      const uid = reads[Math.min(count++, reads.length - 1)];
      if (uid === undefined) return undefined;
      if (!uid.startsWith("uid-")) throw new ClusterError(uid as ClusterErrorCode, "no answer");
      return { metadata: { name: "kube-system", uid } };
    },
  } as unknown as ClusterWriter;
  const reader = { cluster } as ClusterReader;
  const clusters: Clusters = {
    defaultContext: undefined,
    isLive: true,
    open: async () => ({ reader, writer, server: SERVER }),
    close: async () => {},
  };
  const deps = remediateDeps(clusters, () => builtInPolicy, {
    audit: async () => ({ append: async () => {} }),
    signingKey: async () => new Uint8Array(32),
    stateNamespace: "default",
    identity: "test",
  });
  return async () => (await deps.actionCluster(undefined, {} as CallContext)).id;
}

describe("the id of a cluster", () => {
  it.each([
    ["the UID of kube-system", "uid-1", "uid-1"],
    ["the server's address where kube-system may not be read", "forbidden", SERVER],
    ["the server's address where there is no kube-system", undefined, SERVER],
  ] as const)("is %s", async (_, read, id) => {
    expect(await idsOf(read)()).toBe(id);
  });

  it.each(["unreachable", "timeout", "server_error", "throttled", "unauthorized"] as const)(
    "is not known after %s, and is asked for again with the next call",
    async (code) => {
      const idOf = idsOf(code, "uid-1", "unreachable");
      await expect(idOf()).rejects.toMatchObject({ code });
      expect([await idOf(), await idOf()]).toEqual(["uid-1", "uid-1"]);
    },
  );
});
