import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { rolloutTakesAllDown } from "./check.ts";

describe(rolloutTakesAllDown.id, () => {
  it.each([
    ["fault-recreate", "spec.strategy.type", "Recreate"],
    ["fault-max-unavailable", "spec.strategy.rollingUpdate.maxUnavailable", "100%"],
  ])("names the field of %s", (fixture, field, value) => {
    expect(runOnFixture(rolloutTakesAllDown, fixture)).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        evidence: [
          { field, value },
          { field: "status.readyReplicas", value: "0" },
        ],
      },
    ]);
  });

  it("leaves the broken revision as the cause, with the way back", () => {
    const snapshot = snapshotFromFile(new URL("fixtures/fault-recreate.yaml", import.meta.url));
    const { causes, issues } = reachVerdict(examine(CHECKS, snapshot), {
      concerns: () => true,
      offers: (call) => call,
    });
    expect(causes.map(({ code }) => code)).toEqual(["container_exits_with_error"]);
    expect(causes[0]?.remedies.map(({ call }) => call?.tool)).toContain("remediate_rollback_deployment");
    expect(issues.map(({ code }) => code)).toContain("rollout_takes_all_down");
  });
});
