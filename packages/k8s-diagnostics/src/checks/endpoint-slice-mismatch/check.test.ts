import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { endpointSliceMismatch } from "./check.ts";

describe(endpointSliceMismatch.id, () => {
  it("compares names of ports", () => {
    expect(runOnFixture(endpointSliceMismatch, "fault-port-name")).toMatchObject([
      {
        object: { kind: "EndpointSlice", name: "db-1" },
        confidence: "certain",
        evidence: [{ field: "ports" }, { field: "spec.ports[5432].name", value: "pg" }],
        affects: [{ kind: "Service", name: "db" }],
      },
    ]);
  });

  it("knows addresses of Pods that are gone", () => {
    expect(runOnFixture(endpointSliceMismatch, "fault-pod-gone")).toMatchObject([
      { subject: "addresses", severity: "high" },
    ]);
  });

  it.each([
    ["fault-label-missing", "ledger-x7k2p"],
    ["fault-label-misspelt", "pg-outside-x7k2p"],
  ])("finds the one that is meant for a Service and not labelled so: %s", (fixture, name) => {
    expect(runOnFixture(endpointSliceMismatch, fixture)).toMatchObject([
      {
        object: { kind: "EndpointSlice", name },
        subject: "label",
        affects: [{ kind: "Service", name: "ledger" }],
        remedies: [{ patch: "metadata:\n  labels:\n    kubernetes.io/service-name: ledger\n" }],
      },
    ]);
  });

  it("names the port of the slice", () => {
    const remedies = runOnFixture(endpointSliceMismatch, "fault-port-name").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("ports:");
    expect(patches).toContain("port: 5432");
  });
});
