import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { dataDirectoryIncompatible } from "./check.ts";

describe(dataDirectoryIncompatible.id, () => {
  it("goes back to the version that wrote the data", () => {
    const [finding] = runOnFixture(dataDirectoryIncompatible, "fault-postgres-version");
    expect(finding).toMatchObject({
      subject: "app",
      details: { data_version: "15", server_version: "17" },
      remedies: [
        {
          call: { tool: "remediate_set_image", arguments: { image: "registry.example/postgres:15-alpine" } },
        },
        {},
      ],
    });
    expect(finding?.evidence).toMatchObject([
      { log: { line: expect.stringContaining("database files are incompatible with server") } },
      { log: { line: expect.stringContaining("initialized by PostgreSQL version 15") } },
      { field: "spec.template.spec.containers[app].image" },
      {},
    ]);
  });

  it("has the server use a directory below the mount of a fresh disk", () => {
    expect(
      runOnFixture(dataDirectoryIncompatible, "fault-lost-and-found")[0]?.remedies?.[0]?.patch,
    ).toContain('value: "/var/lib/postgresql/data/pgdata"');
  });

  it("knows MySQL's refusal", () => {
    expect(runOnFixture(dataDirectoryIncompatible, "fault-mysql-downgrade")).toHaveLength(1);
  });
});
