import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { quotaRequiresRequests } from "./check.ts";

describe(quotaRequiresRequests.id, () => {
  it("names the containers and the resources that they lack", () => {
    const [finding] = runOnFixture(quotaRequiresRequests, "fault-limits");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      evidence: [
        { event: { reason: "FailedCreate" } },
        { field: "spec.template.spec.containers[app].resources" },
        { field: "spec.template.spec.containers[log].resources", value: "absent" },
      ],
      related: [{ kind: "ResourceQuota", name: "compute" }],
      details: {
        missing: [
          { resource: "limits.cpu", containers: ["app", "log"] },
          { resource: "limits.memory", containers: ["app"] },
        ],
      },
    });
  });

  it("reads the text of older versions", () => {
    const [finding] = runOnFixture(quotaRequiresRequests, "fault-older-text");
    expect(finding?.details).toMatchObject({
      missing: [{ resource: "limits.cpu" }, { resource: "limits.memory" }],
    });
  });

  it("offers an example that keeps limits above requests", () => {
    const [finding] = runOnFixture(quotaRequiresRequests, "fault-limits");
    expect(finding?.remedies?.[0]?.patch).toBe(
      `spec:
  template:
    spec:
      containers:
        - name: app
          resources:
            limits:
              cpu: "500m"
              memory: "256Mi"
        - name: log
          resources:
            limits:
              cpu: "500m"
`,
    );
  });

  it("offers no more than what the quota has left for each container", () => {
    const [finding] = runOnFixture(quotaRequiresRequests, "fault-small-quota");
    expect(finding?.remedies?.[0]?.patch).toContain('cpu: "500m"\n              memory: "64Mi"');
  });
});
