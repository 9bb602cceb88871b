import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { databaseConnectionsExhausted } from "./check.ts";

describe(databaseConnectionsExhausted.id, () => {
  it("lays it on the server, with the limit that it is started with", () => {
    const [finding] = runOnFixture(databaseConnectionsExhausted, "fault-mysql");
    expect(finding).toMatchObject({
      object: { kind: "StatefulSet", name: "db" },
      affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
      remedies: [{ object: { kind: "StatefulSet" } }, { object: { kind: "Deployment", name: "web" } }],
    });
    expect(finding?.evidence[1]).toMatchObject({ value: "--max-connections=50" });
  });

  it("hears a client that is ready all the same", () => {
    const [finding] = runOnFixture(databaseConnectionsExhausted, "fault-runs-and-complains");
    expect(finding).toMatchObject({ object: { kind: "StatefulSet", name: "db" }, severity: "medium" });
    expect(finding?.evidence[1]).toMatchObject({ value: "max_connections = 20" });
  });

  it("hears the server itself", () => {
    expect(runOnFixture(databaseConnectionsExhausted, "fault-server-itself")).toMatchObject([
      { object: { kind: "StatefulSet", name: "db" }, severity: "medium" },
    ]);
  });

  it("lays it on the client where the server is outside the cluster", () => {
    expect(runOnFixture(databaseConnectionsExhausted, "fault-outside")).toMatchObject([
      { object: { kind: "Deployment", name: "web" }, confidence: "likely" },
    ]);
  });

  it("explains the end of the client", () => {
    const snapshot = snapshotFromFile(new URL("./fixtures/fault-mysql.yaml", import.meta.url));
    const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual([databaseConnectionsExhausted.id]);
  });

  it("restarts the server where a file of settings is to be changed, and not where its own template is", () => {
    const toolsOf = (fixture: string) =>
      runOnFixture(databaseConnectionsExhausted, fixture)
        .flatMap(({ remedies = [] }) => remedies)
        .flatMap(({ call }) => call?.tool ?? []);
    expect(toolsOf("fault-server-itself")).toEqual(["remediate_rollout_restart"]);
    expect(toolsOf("fault-mysql")).toEqual([]);
  });
});
