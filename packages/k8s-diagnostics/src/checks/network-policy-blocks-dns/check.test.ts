import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
import { networkPolicyBlocksDns } from "./check.ts";

describe(networkPolicyBlocksDns.id, () => {
  it("needs both: the policy without port 53, and a log that tells of it", () => {
    expect(runOnFixture(networkPolicyBlocksDns, "fault-deny-egress")).toMatchObject([
      {
        object: { kind: "NetworkPolicy", name: "deny" },
        affects: [{ kind: "Pod", name: "web-1" }],
        evidence: [{ field: "spec.egress" }, { log: { line: "getaddrinfo EAI_AGAIN postgres" } }],
      },
    ]);
    expect(runOnFixture(networkPolicyBlocksDns, "other-no-log")).toEqual([]);
  });

  it("sees that a rule for port 53 misses the Pods of the cluster's DNS", () => {
    expect(runOnFixture(networkPolicyBlocksDns, "fault-other-namespace-label")).toMatchObject([
      { title: expect.stringContaining("no rule admits the Pods of the cluster's DNS") },
    ]);
  });
});

describe("a Pod without DNS", () => {
  it("has one cause, though its log names a Service that is well", async () => {
    const text = readFileSync(new URL("./fixtures/fault-deny-egress.yaml", import.meta.url), "utf8");
    const service = `
---
apiVersion: v1
kind: Service
metadata: { name: postgres, namespace: shop }
spec: { type: ClusterIP, clusterIP: 10.96.1.1, ports: [{ port: 5432 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: postgres-x, namespace: shop, labels: { kubernetes.io/service-name: postgres } }
addressType: IPv4
endpoints: [{ addresses: [192.168.1.9], conditions: { ready: true } }]
ports: [{ port: 5432, protocol: TCP }]`;
    const running = `
  containerStatuses: [{ name: app, ready: false, restartCount: 0, image: x, imageID: x, started: true, state: { running: { startedAt: "2026-01-01T11:00:00Z" } } }]
---
apiVersion: networking.k8s.io/v1`;
    const { reader } = readerFromYaml(
      text
        .replace(
          'status: { phase: Running, conditions: [{ type: Ready, status: "False" }] }',
          "status:\n  phase: Running",
        )
        .replace("\n---\napiVersion: networking.k8s.io/v1", running) + service,
      {
        logs: [
          {
            namespace: "shop",
            pod: "web-1",
            container: "app",
            previous: false,
            truncated: false,
            lines: ["getaddrinfo EAI_AGAIN postgres"],
          },
        ],
      },
    );
    const { causes } = await diagnoseObject(reader, { kind: "Pod", namespace: "shop", name: "web-1" });
    expect(causes.map(({ code }) => code)).toEqual(["network_policy_blocks_dns"]);
  });

  it("adds the rule for DNS", () => {
    const remedies = runOnFixture(networkPolicyBlocksDns, "fault-deny-egress").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("port: 53");
    expect(patches).toContain("kubernetes.io/metadata.name: kube-system");
  });
});
