import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { statefulsetKeepsBrokenPod } from "./check.ts";

describe(statefulsetKeepsBrokenPod.id, () => {
  it("has the Pod deleted that keeps the reverted template", () => {
    const [finding] = runOnFixture(statefulsetKeepsBrokenPod, "fault-reverted");
    expect(finding).toMatchObject({
      object: { kind: "Pod", name: "queue-2" },
      confidence: "certain",
      affects: [{ kind: "StatefulSet", name: "queue" }],
      remedies: [{ call: { tool: "remediate_pod_restart", arguments: { pod_name: "queue-2" } } }],
    });
    expect(finding?.evidence).toMatchObject([
      { value: "queue-6f8b7" },
      { value: "queue-7d4c9" },
      { field: "spec.template.spec.containers[queue].env[QUEUE_MODE].value" },
    ]);
  });

  it("is less sure where the revisions are not known", () => {
    expect(runOnFixture(statefulsetKeepsBrokenPod, "fault-image-mended")).toMatchObject([
      { confidence: "likely", object: { name: "queue-2" } },
    ]);
  });

  it("is the only cause, whatever the container's log tells of", () => {
    const snapshot = snapshotFromFile(new URL("./fixtures/fault-reverted.yaml", import.meta.url));
    const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual([statefulsetKeepsBrokenPod.id]);
  });
});
