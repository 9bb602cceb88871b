import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { preStopHookHangs } from "./check.ts";

describe(preStopHookHangs.id, () => {
  it("names the Pod, its hook, and how long it has been waited for", () => {
    expect(runOnFixture(preStopHookHangs, "fault-update-waits")).toMatchObject([
      {
        object: { kind: "Pod", name: "db-0" },
        title:
          "Pod db-0 was deleted 300 seconds ago and its preStop hook has not ended; StatefulSet db waits for it",
        evidence: [{ field: "spec.containers[app].lifecycle.preStop" }, { value: "3600" }, {}],
        details: { seconds_waited: 300, seconds_left: 3300 },
      },
    ]);
  });

  it("is the one cause", () => {
    const file = new URL("fixtures/fault-update-waits.yaml", import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["pre_stop_hook_hangs"]);
  });
});
