import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { controllerNotActing } from "./check.ts";

describe(controllerNotActing.id, () => {
  it("lays the cause on the component whose lock is stale", () => {
    expect(runOnFixture(controllerNotActing, "fault-change-not-observed")).toMatchObject([
      {
        object: { kind: "Lease", namespace: "kube-system", name: "kube-controller-manager" },
        confidence: "likely",
        affects: [{ kind: "Deployment", name: "web" }],
        evidence: [
          { field: "status.observedGeneration", value: "3" },
          { field: "metadata.generation", value: "4" },
          { field: "spec.renewTime" },
        ],
      },
    ]);
  });

  it("notices a new Deployment for which nothing was made", () => {
    expect(runOnFixture(controllerNotActing, "fault-nothing-made")).toMatchObject([
      { object: { kind: "Deployment", name: "web" }, confidence: "possible" },
    ]);
  });

  it("explains the missing replicas", () => {
    const snapshot = snapshotFromFile(new URL("fixtures/fault-nothing-made.yaml", import.meta.url));
    const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["controller_not_acting"]);
  });

  it("notices a status that lags behind the Pods", () => {
    expect(runOnFixture(controllerNotActing, "fault-status-lags")).toMatchObject([
      {
        object: { kind: "Lease" },
        evidence: [
          { field: "status.readyReplicas", value: "0" },
          { object: { kind: "Pod" }, field: "status.conditions[Ready]" },
          {},
        ],
      },
    ]);
  });
});
