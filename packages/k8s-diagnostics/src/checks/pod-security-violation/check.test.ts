import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { podSecurityViolation } from "./check.ts";

describe(podSecurityViolation.id, () => {
  it("offers the securityContext that the level restricted asks for", () => {
    const [finding] = runOnFixture(podSecurityViolation, "fault-restricted");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      title: "The Pod Security level restricted of namespace shop forbids the Pods of Deployment web",
      evidence: [{ event: {} }, { object: { kind: "Namespace", name: "shop" }, value: "restricted" }],
      details: { level: "restricted", version: "latest" },
    });
    expect(finding?.details?.violations).toHaveLength(4);
    expect(finding?.remedies?.[0]?.patch).toContain("drop:\n");
  });

  it("offers no patch for what a securityContext cannot mend", () => {
    const [finding] = runOnFixture(podSecurityViolation, "fault-host-path");
    expect(finding?.remedies?.[0]?.patch).toBeUndefined();
    expect(finding?.details?.violations).toEqual([
      "host namespaces (hostNetwork=true)",
      'hostPath volumes (volumes "root", "logs")',
    ]);
  });

  it.each([
    [
      "fault-init-container-and-root",
      `spec:
  template:
    spec:
      securityContext:
        runAsUser: 1000
      initContainers:
        - name: setup
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop:
                - ALL
            runAsNonRoot: true
            seccompProfile:
              type: RuntimeDefault
      containers:
        - name: app
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop:
                - ALL
              add:
                - NET_BIND_SERVICE
            runAsNonRoot: true
            seccompProfile:
              type: RuntimeDefault
`,
    ],
    [
      "fault-baseline-privileged",
      `spec:
  template:
    spec:
      hostNetwork: false
      hostPID: false
      containers:
        - name: app
          ports:
            - containerPort: 9100
              protocol: TCP
              hostPort: null
          securityContext:
            privileged: false
`,
    ],
  ])("says for %s exactly what to set, and on which container", (fixture, patch) => {
    expect(runOnFixture(podSecurityViolation, fixture)[0]?.remedies?.[0]?.patch).toBe(patch);
  });
});
