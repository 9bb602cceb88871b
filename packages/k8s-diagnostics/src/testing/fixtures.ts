import { readdirSync } from "node:fs";
import type { Snapshot } from "@k8s-ops/k8s-cluster";
import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import type { Check, Finding } from "../check.ts";

const CHECKS = new URL("../checks/", import.meta.url);
const opened = new Map<string, Snapshot>();

export function folderOf(check: Check): string {
  return check.id.replaceAll("_", "-");
}

/** What the check finds in `fixtures/NAME.yaml` of its folder, or of another check's. */
export function runOnFixture(check: Check, fixture: string, owner = check): readonly Finding[] {
  const path = `${folderOf(owner)}/fixtures/${fixture}.yaml`;
  const snapshot = opened.get(path) ?? snapshotFromFile(new URL(path, CHECKS));
  opened.set(path, snapshot);
  return check.run({ objects: snapshot.objects, asOf: snapshot.asOf });
}

/** Names of the fixtures of a check, without `.yaml`. */
export function fixturesOf(check: Check): readonly string[] {
  return readdirSync(new URL(`${folderOf(check)}/fixtures/`, CHECKS))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length));
}
