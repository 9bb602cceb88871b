import { describe, expect, it } from "vitest";
import { comparable, expectedOf, verdictOf } from "./ask.ts";
import type { ExpectedCause, Scenario } from "./scenario.ts";

const crash: ExpectedCause = {
  code: "container_exits_with_error",
  object: { kind: "Deployment", name: "db" },
};
const selector: ExpectedCause = {
  code: "service_selector_mismatch",
  object: { kind: "Service", name: "web" },
};
const oneFault = { cause: crash } as Scenario;
const twoFaults = { cause: crash, also: [selector] } as unknown as Scenario;
const hanging = (name: string): ExpectedCause => ({
  code: "cron_job_not_scheduling",
  object: { kind: "Job", name },
});
const generatedName = { cause: hanging("backup-*") } as Scenario;
const told = (...causes: readonly ExpectedCause[]) => verdictOf({ state: "failing", causes, issues: [] });

describe("an answer is right", () => {
  it.each([
    { title: "when the first cause is the expected one", scenario: oneFault, causes: [crash, selector] },
    { title: "when it tells both faults", scenario: twoFaults, causes: [crash, selector] },
    { title: "in whatever order it tells them", scenario: twoFaults, causes: [selector, crash] },
    {
      title: "when a generated name begins as it must",
      scenario: generatedName,
      causes: [hanging("backup-29927452")],
    },
  ])("$title", ({ scenario, causes }) => {
    expect(comparable(scenario, told(...causes))).toEqual(expectedOf(scenario));
  });

  it.each([
    { title: "when another cause comes first", scenario: oneFault, causes: [selector, crash] },
    { title: "when it misses one of two faults", scenario: twoFaults, causes: [crash] },
    { title: "when it adds a third one", scenario: twoFaults, causes: [crash, selector, selector] },
    {
      title: "when a generated name begins differently",
      scenario: generatedName,
      causes: [hanging("restore-1")],
    },
  ])("but not $title", ({ scenario, causes }) => {
    expect(comparable(scenario, told(...causes))).not.toEqual(expectedOf(scenario));
  });
});
