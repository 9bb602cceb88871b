import { readdirSync } from "node:fs";
import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import type { Check, Finding } from "../check.ts";

const CHECKS = new URL("../checks/", import.meta.url);

export function folderOf(check: Check): string {
  return check.id.replaceAll("_", "-");
}

/** What the check finds in `fixtures/NAME.yaml` of its folder. */
export function runOnFixture(check: Check, fixture: string): readonly Finding[] {
  const { objects, asOf } = snapshotFromFile(new URL(`${folderOf(check)}/fixtures/${fixture}.yaml`, CHECKS));
  return check.run({ objects, asOf });
}

/** Names of the fixtures of a check, without `.yaml`. */
export function fixturesOf(check: Check): readonly string[] {
  return readdirSync(new URL(`${folderOf(check)}/fixtures/`, CHECKS))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length));
}
