import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { databasePermissionDenied } from "./check.ts";

describe(databasePermissionDenied.id, () => {
  it("lays the cause on the only server of its kind, from which the program suffers", () => {
    expect(runOnFixture(databasePermissionDenied, "fault-mongodb")).toMatchObject([
      {
        object: { kind: "StatefulSet", name: "tour-store" },
        evidence: [{ log: { container: "app" } }, { value: "27017" }],
        affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
        remedies: [{ step: expect.stringContaining("db.grantRolesToUser") }, {}],
      },
    ]);
  });

  it("takes the server that the program's variables name", () => {
    expect(runOnFixture(databasePermissionDenied, "fault-postgresql")).toMatchObject([
      { object: { kind: "StatefulSet", name: "audit" } },
    ]);
  });

  it("stays with the program where the server is not in the cluster", () => {
    expect(runOnFixture(databasePermissionDenied, "fault-outside")).toMatchObject([
      { object: { kind: "Deployment", name: "web" } },
    ]);
  });

  it.each(["fault-mongodb", "fault-postgresql", "fault-outside"])("is the one cause of %s", (fixture) => {
    const file = new URL(`fixtures/${fixture}.yaml`, import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["database_permission_denied"]);
  });
});
