import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { initContainerHanging } from "./check.ts";

describe(initContainerHanging.id, () => {
  it("names the init container, since when it runs, and its command", () => {
    expect(runOnFixture(initContainerHanging, "fault-deadline-over")).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        subject: "fetch",
        evidence: [
          { value: "2026-01-01T11:57:00Z" },
          { value: '["/bin/fetch","--wait"]' },
          { field: "status.conditions[Progressing]" },
        ],
        affects: [{ kind: "Pod" }],
      },
    ]);
  });

  it.each([
    ["fault-deadline-over", "init_container_hanging"],
    ["fault-waits-for-server", "dependency_unreachable"],
  ])("leaves one cause of %s: %s", (fixture, code) => {
    const file = new URL(`fixtures/${fixture}.yaml`, import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map((cause) => cause.code)).toEqual([code]);
  });
});
