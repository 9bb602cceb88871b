import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { rolloutStalled } from "./check.ts";

describe(rolloutStalled.id, () => {
  it("reports the condition, the new ReplicaSet's Pods, and the revision to go back to", () => {
    const [finding] = runOnFixture(rolloutStalled, "fault-deadline");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      because: [
        { kind: "ReplicaSet", name: "web-2" },
        { kind: "Pod", name: "web-2-a" },
      ],
      details: {
        reason: "ProgressDeadlineExceeded",
        message: 'ReplicaSet "web-2" has timed out progressing.',
        previous_healthy_revision: 1,
        changed_since: ["spec.containers[app].image"],
      },
      remedies: [
        {
          call: {
            tool: "remediate_rollback_deployment",
            arguments: { namespace: "shop", deployment_name: "web", revision: 1 },
          },
        },
      ],
    });
  });
});
