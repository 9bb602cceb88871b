import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { databaseReadOnly } from "./check.ts";

describe(databaseReadOnly.id, () => {
  it("blames the server that is started with the option", () => {
    const [finding] = runOnFixture(databaseReadOnly, "fault-mysql-option");
    expect(finding).toMatchObject({
      object: { kind: "StatefulSet", name: "db" },
      confidence: "likely",
      affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
      related: [{ kind: "StatefulSet" }, { kind: "Service", name: "db" }],
    });
    expect(finding?.evidence[1]).toMatchObject({ field: "spec.template.spec.containers[mysql].args" });
    expect(finding?.remedies?.[0]?.step).toContain("Take the read-only setting out of");
  });

  it("finds the line of the server's configuration file, and a client that is ready all the same", () => {
    const [finding] = runOnFixture(databaseReadOnly, "fault-runs-and-complains");
    expect(finding).toMatchObject({
      object: { kind: "ConfigMap", name: "db-config" },
      severity: "medium",
    });
    expect(finding?.evidence[1]).toMatchObject({ value: "default_transaction_read_only = on" });
  });

  it("takes the only server of the kind where a Secret hides the address", () => {
    expect(runOnFixture(databaseReadOnly, "fault-redis-url-in-secret")).toMatchObject([
      { object: { kind: "StatefulSet", name: "cache" }, confidence: "possible" },
    ]);
  });

  it("sends a program that writes to a Service of replicas to that of the primary", () => {
    const [finding] = runOnFixture(databaseReadOnly, "fault-replica-service");
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" } });
    expect(finding?.remedies?.[0]?.patch).toContain("value: db-rw");
  });

  it.each([
    ["fault-selector-takes-replicas", "cache", "app.kubernetes.io/component", "cache-primary-0"],
    ["fault-selector-of-replicas", "cache-rw", "example.org/instance-role", "cache-0"],
  ])(
    "blames the Service whose selector does not keep to the primary: %s",
    (fixture, service, key, primary) => {
      const findings = runOnFixture(databaseReadOnly, fixture);
      expect(findings).toMatchObject([
        {
          object: { kind: "Service", name: service },
          severity: "medium",
          evidence: [
            { log: {} },
            { field: "spec.selector" },
            { object: { name: primary }, field: `metadata.labels[${key}]`, value: "primary" },
            { field: `metadata.labels[${key}]`, value: "replica" },
          ],
          affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
          remedies: [{ patch: `spec:\n  selector:\n    ${key}: primary\n` }],
        },
      ]);
    },
  );

  it("tells of a server outside the cluster only what is known", () => {
    expect(runOnFixture(databaseReadOnly, "fault-outside")).toMatchObject([
      { object: { kind: "Deployment", name: "web" }, details: { kind: "mongodb" } },
    ]);
  });

  it("explains the end of the client", () => {
    const snapshot = snapshotFromFile(new URL("./fixtures/fault-mysql-option.yaml", import.meta.url));
    const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual([databaseReadOnly.id]);
  });
});
