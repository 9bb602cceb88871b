import { createHmac, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "@k8s-ops/k8s-diagnostics/kube";
import type { Entry } from "./entry.ts";

/** What entries are signed with: a server's key, and the cluster that they are of. */
export interface Seal {
  readonly key: Uint8Array;
  /** What tells the cluster from all others. */
  readonly cluster: string;
}

const MAC_BYTES = 16;

export function macOf(entry: Entry, seal: Seal): string {
  return bytesOf(entry, seal).toString("base64url");
}

export function isMacOf(mac: string, entry: Entry, seal: Seal): boolean {
  const given = Buffer.from(mac, "base64url");
  return given.length === MAC_BYTES && timingSafeEqual(given, bytesOf(entry, seal));
}

function bytesOf(entry: Entry, { key, cluster }: Seal): Buffer {
  return createHmac("sha256", key)
    .update("ledger")
    .update(canonicalJson([cluster, entry]))
    .digest()
    .subarray(0, MAC_BYTES);
}
