import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { databaseSchemaMissing } from "./check.ts";

describe(databaseSchemaMissing.id, () => {
  it("names the variable that holds the wrong database, and gives it the one that the server has", () => {
    const [finding] = runOnFixture(databaseSchemaMissing, "fault-database");
    expect(finding).toMatchObject({
      object: { kind: "ConfigMap", name: "web" },
      related: [{ kind: "Service", name: "db" }],
      details: { missing: "database" },
    });
    expect(finding?.evidence).toMatchObject([
      { log: { line: 'FATAL:  database "shopp" does not exist' } },
      { field: "data[DB_NAME]", value: "shopp" },
      { field: "spec.template.spec.containers[app].env[POSTGRES_DB]", value: "shop" },
    ]);
    expect(finding?.remedies?.[0]?.patch).toContain("DB_NAME: shop");
  });

  it("does without the server", () => {
    expect(runOnFixture(databaseSchemaMissing, "fault-mysql-outside")).toMatchObject([
      { object: { kind: "Deployment", name: "web" } },
    ]);
  });

  it("seeks the reason of missing tables at the migration Job that failed", () => {
    expect(runOnFixture(databaseSchemaMissing, "fault-migration-failed")).toMatchObject([
      {
        because: [{ kind: "Job", name: "web-migrate" }],
        remedies: [{ call: { tool: "remediate_job_rerun", arguments: { job_name: "web-migrate" } } }],
      },
    ]);
  });

  it("asks for migrations where there is no Job of them", () => {
    expect(runOnFixture(databaseSchemaMissing, "fault-rails-pending")).toMatchObject([
      { details: { missing: "table" }, remedies: [{ step: expect.stringContaining("Run the migrations") }] },
    ]);
  });
});
