import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fixturesOf, folderOf, runOnFixture } from "../testing/fixtures.ts";
import { CHECKS } from "./index.ts";

const severe = (severity: string | undefined) => severity === "high" || severity === "medium";
const healthy = CHECKS.flatMap((check) =>
  fixturesOf(check)
    .filter((name) => name.startsWith("healthy"))
    .map((name) => ({ owner: check, name })),
);

describe("the table of checks", () => {
  it("has one folder for each check and one check for each folder", () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(CHECKS.map(folderOf).sort()).toEqual(folders.sort());
  });

  it.each(CHECKS)("$id has a snake_case code, a title, a condition, and supersedes known codes", (check) => {
    expect(check.id).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(check.title.length).toBeGreaterThan(5);
    expect(check.when.length).toBeGreaterThan(20);
    const codes = CHECKS.map(({ id }) => id);
    for (const code of check.supersedes ?? []) expect(codes).toContain(code);
  });
});

describe.each(CHECKS)("$id on its fixtures", (check) => {
  const names = fixturesOf(check);

  it("has a fault and a fixture without one", () => {
    expect(names.some((name) => name.startsWith("fault"))).toBe(true);
    expect(names.some((name) => !name.startsWith("fault"))).toBe(true);
  });

  it.each(names.filter((name) => name.startsWith("fault")))("reports %s", (name) => {
    expect(runOnFixture(check, name).length).toBeGreaterThan(0);
  });

  it.each(names.filter((name) => !name.startsWith("fault")))("is silent on %s", (name) => {
    expect(runOnFixture(check, name)).toEqual([]);
  });

  it.each(healthy)("raises no alarm on $owner.id's $name", ({ owner, name }) => {
    const findings = runOnFixtureOf(owner, name);
    expect(findings.filter(({ severity }) => severe(severity ?? check.severity))).toEqual([]);
  });

  function runOnFixtureOf(owner: (typeof CHECKS)[number], name: string) {
    return runOnFixture({ ...check, id: owner.id }, name);
  }
});
