import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { controllersNotActing } from "./check.ts";

describe(controllersNotActing.id, () => {
  it("shows the lease that is not renewed and the workload that waits", () => {
    expect(runOnFixture(controllersNotActing, "fault-lease-stale")).toMatchObject([
      {
        object: { kind: "Lease", namespace: "kube-system", name: "kube-controller-manager" },
        evidence: [
          { value: "3" },
          { field: "status.observedGeneration", value: "2" },
          { field: "spec.renewTime" },
        ],
        affects: [{ kind: "Deployment", namespace: "shop", name: "web" }],
      },
    ]);
  });

  it("leaves one cause: why the static Pod crashes, on the Pod itself", () => {
    const file = new URL("fixtures/fault-static-pod-crashes.yaml", import.meta.url);
    const { causes } = reachVerdict(CHECKS, snapshotFromFile(file), {
      concerns: () => true,
    });
    expect(causes.map(({ code, object }) => [code, object.kind, object.name])).toEqual([
      ["container_exits_with_error", "Pod", "kube-controller-manager-cp-1"],
    ]);
  });
});
