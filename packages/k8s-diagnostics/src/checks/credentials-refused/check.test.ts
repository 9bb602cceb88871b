import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { credentialsRefused } from "./check.ts";

describe(credentialsRefused.id, () => {
  it.each([
    ["fault-postgres", { kind: "Secret", name: "db-credentials" }, "DB_PASSWORD"],
    ["fault-redis", { kind: "Secret", name: "cache" }, "REDIS_PASSWORD"],
    ["fault-mysql-in-config-map", { kind: "ConfigMap", name: "web" }, "MYSQL_PASSWORD"],
    ["fault-literal", { kind: "Deployment", name: "web" }, "DATABASE_URL"],
  ])("lays in %s the cause on what holds the password", (fixture, object, variable) => {
    expect(runOnFixture(credentialsRefused, fixture)).toMatchObject([
      { object, subject: "app", confidence: "likely", affects: [{ kind: "Pod" }], details: { variable } },
    ]);
  });

  it("shows the line that refuses the login and where the password comes from", () => {
    expect(runOnFixture(credentialsRefused, "fault-postgres")[0]?.evidence).toMatchObject([
      { log: { line: expect.stringContaining('password authentication failed for user "app"') } },
      { object: { kind: "Secret" }, field: expect.stringContaining("env[DB_PASSWORD].valueFrom") },
    ]);
  });

  it("restarts a container that runs with the value from before the Secret was changed", () => {
    const [finding] = runOnFixture(credentialsRefused, "fault-stale");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      title: expect.stringMatching(/started before Secret \S+ was last changed/),
      details: { stale: true },
    });
    expect(finding?.remedies?.[0]).toMatchObject({
      call: { tool: "remediate_rollout_restart", arguments: { kind: "Deployment", name: "web" } },
    });
  });

  it("refers the client to the key that the server in the cluster uses", () => {
    const [finding] = runOnFixture(credentialsRefused, "fault-other-secret-than-server");
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" }, related: [{ name: "db" }] });
    expect(finding?.remedies?.[0]?.patch).toContain("name: db-superuser");
  });

  it("gives the client the user that the server was set up with", () => {
    const [finding] = runOnFixture(credentialsRefused, "fault-wrong-user");
    expect(finding?.remedies?.[0]).toMatchObject({
      step: expect.stringContaining("Deployment db is set up with"),
      patch: expect.stringContaining("value: shop"),
    });
  });

  it("does without a variable", () => {
    expect(runOnFixture(credentialsRefused, "fault-no-variable")).toMatchObject([
      { object: { kind: "Deployment", name: "web" } },
    ]);
  });

  it("restarts the workload after the correction", () => {
    const remedies = runOnFixture(credentialsRefused, "fault-postgres").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies).toContainEqual(
      expect.objectContaining({ call: expect.objectContaining({ tool: "remediate_rollout_restart" }) }),
    );
  });
});
