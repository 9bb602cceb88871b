import { DIAGNOSE_TOOLS } from "@k8s-ops/k8s-diagnostics/tools";
import { describe, expect, it } from "vitest";
import { loadScenarios } from "./scenario.ts";
import { holds } from "./settle.ts";

const scenarios = loadScenarios();

describe("the scenarios", () => {
  it("are at least 30 broken ones and 15 healthy ones", () => {
    expect(scenarios.filter(({ cause }) => cause).length).toBeGreaterThanOrEqual(30);
    expect(scenarios.filter(({ cause }) => !cause).length).toBeGreaterThanOrEqual(15);
  });

  it.each(scenarios)("$name asks tools that exist and waits for kinds that can be read", (scenario) => {
    const tools = DIAGNOSE_TOOLS.map(({ name }) => name);
    for (const { tool } of scenario.targets) expect(tools).toContain(tool);
    const conditions = [...scenario.settle.until, ...scenario.steps.flatMap(({ when }) => when)];
    for (const condition of conditions) {
      expect(holds(condition, scenario, new Map())).toBe(condition.count === 0);
    }
  });
});
