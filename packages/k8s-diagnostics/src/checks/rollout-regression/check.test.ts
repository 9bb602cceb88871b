import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { rolloutRegression } from "./check.ts";

describe(rolloutRegression.id, () => {
  it("shows what the new template changes, and goes back to the revision that works", () => {
    const [finding] = runOnFixture(rolloutRegression, "fault-deployment");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      affects: [{ kind: "Pod", name: "web-6d5f8-new" }],
      evidence: [
        { object: { name: "web-6d5f8-new" } },
        { object: { name: "web-7b9c4-old" } },
        {
          field: "spec.template.spec.containers[app].image",
          value: '"registry.example/web:1.4" → "registry.example/web:1.5"',
        },
        {
          field: "spec.template.spec.containers[app].env[CACHE].value",
          value: '"redis:6379" → "redis-new:6379"',
        },
      ],
      remedies: [
        {
          call: {
            tool: "remediate_rollback_deployment",
            arguments: { namespace: "shop", deployment_name: "web", revision: 4 },
          },
        },
      ],
    });
  });

  it.each(["fault-deployment", "fault-daemon-set"])(
    "is the one cause of %s, where nothing more is known",
    (name) => {
      const snapshot = snapshotFromFile(new URL(`fixtures/${name}.yaml`, import.meta.url));
      const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
      expect(causes.map(({ code }) => code)).toEqual(["rollout_regression"]);
    },
  );

  it("says how to undo the update of a DaemonSet", () => {
    expect(runOnFixture(rolloutRegression, "fault-daemon-set")[0]?.remedies?.[0]?.step).toContain(
      "kubectl rollout undo daemonset/agent --namespace shop --to-revision=7",
    );
  });
});
