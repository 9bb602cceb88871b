import { readdirSync } from "node:fs";
import { type KubeObject, type ObjectRef, resourceOfKind, type Snapshot } from "@k8s-ops/k8s-cluster";
import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import type { Check, Finding } from "../check.ts";

const CHECKS = new URL("../checks/", import.meta.url);
const opened = new Map<string, Snapshot>();

export function folderOf(check: Check): string {
  return check.id.replaceAll("_", "-");
}

/** What the check finds in `fixtures/NAME.yaml` of its folder, or of another check's. */
export function runOnFixture(check: Check, fixture: string, owner = check): readonly Finding[] {
  const { objects, asOf } = open(owner, fixture);
  return check.run({ objects, asOf });
}

/** An object of a fixture; undefined where it holds none of that name. */
export function objectOfFixture(
  check: Check,
  fixture: string,
  { kind, namespace, name }: ObjectRef,
): KubeObject | undefined {
  const resource = resourceOfKind(kind);
  return resource && open(check, fixture).objects[resource].get(namespace, name);
}

function open(check: Check, fixture: string): Snapshot {
  const path = `${folderOf(check)}/fixtures/${fixture}.yaml`;
  const snapshot = opened.get(path) ?? snapshotFromFile(new URL(path, CHECKS));
  opened.set(path, snapshot);
  return snapshot;
}

/** Names of the fixtures of a check, without `.yaml`. */
export function fixturesOf(check: Check): readonly string[] {
  return readdirSync(new URL(`${folderOf(check)}/fixtures/`, CHECKS))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length));
}
