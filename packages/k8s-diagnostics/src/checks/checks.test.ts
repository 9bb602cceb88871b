import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fixturesOf, folderOf, runOnFixture } from "../testing/fixtures.ts";
import { CHECKS } from "./index.ts";

const isSevere = (severity: string): boolean => severity === "high" || severity === "medium";
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

  it("raises no alarm on anything healthy, its own or of other checks", () => {
    const alarms = healthy.flatMap(({ owner, name }) =>
      runOnFixture(check, name, owner)
        .filter(({ severity }) => isSevere(severity ?? check.severity))
        .map(({ title }) => `${owner.id}/${name}: ${title}`),
    );
    expect(alarms).toEqual([]);
  });
});
