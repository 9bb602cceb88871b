import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { rolloutPaused } from "./check.ts";

describe(rolloutPaused.id, () => {
  it("names the fields that wait when the template differs from what runs", () => {
    const [finding] = runOnFixture(rolloutPaused, "fault-change-waits");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      severity: "medium",
      evidence: [{ field: "spec.paused" }, { field: "spec.template.spec.containers[app].image" }],
      remedies: [{ patch: "spec:\n  paused: false\n", call: { tool: "remediate_rollout_resume" } }],
    });
  });

  it("takes the place of what fails when the waiting change can mend it", () => {
    const snapshot = snapshotFromFile(new URL("fixtures/fault-repair-waits.yaml", import.meta.url));
    const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
    expect(causes).toMatchObject([
      {
        code: "rollout_paused",
        confidence: "likely",
        title: "Deployment web is paused, and a change of its template waits while what runs fails",
        explains: expect.arrayContaining([
          {
            code: "container_exits_with_error",
            object: { kind: "Deployment", namespace: "shop", name: "web" },
          },
        ]),
      },
    ]);
  });

  it("is low while nothing waits", () => {
    expect(runOnFixture(rolloutPaused, "fault-nothing-waits")).toMatchObject([{ severity: "low" }]);
  });
});
