import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { cpuLimitSlowsProbes } from "./check.ts";

describe(cpuLimitSlowsProbes.id, () => {
  it.each(["fault-readiness", "fault-liveness"])(
    "advises to measure in %s, and says what is undecided",
    (fixture) => {
      expect(runOnFixture(cpuLimitSlowsProbes, fixture)).toMatchObject([
        { confidence: "possible", evidence: [{ event: { reason: "Unhealthy" } }, { value: "100m" }] },
      ]);
      const { objects, asOf } = snapshotFromFile(new URL(`fixtures/${fixture}.yaml`, import.meta.url));
      expect(cpuLimitSlowsProbes.undecided?.({ objects, asOf })).toMatchObject([
        { object: { kind: "Pod" }, reason: "needs_metrics" },
      ]);
    },
  );
});
