import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { tlsModeMismatch } from "./check.ts";

describe(tlsModeMismatch.id, () => {
  it("blames the mode of a Kafka client that a port for TLS leaves without an answer", () => {
    expect(runOnFixture(tlsModeMismatch, "fault-kafka-plaintext")).toMatchObject([
      {
        object: { kind: "Deployment", name: "billing" },
        severity: "medium",
        confidence: "likely",
        title:
          "Container app of Deployment billing speaks plaintext to a port of Service events that expects TLS",
        evidence: [
          { log: {} },
          { value: "KAFKA_SECURITY_PROTOCOL=PLAINTEXT" },
          { object: { kind: "Service", name: "events" }, field: "spec.ports[9093].name", value: "tcp-tls" },
        ],
        remedies: [{ patch: expect.stringContaining("value: SSL") }],
      },
    ]);
  });

  it("is unsure where the client's mode is not to be read", () => {
    expect(runOnFixture(tlsModeMismatch, "fault-kafka-not-set-up")).toMatchObject([
      { object: { kind: "Deployment", name: "billing" }, confidence: "possible" },
    ]);
  });

  it("finds the scheme of the URL by which a program speaks TLS to a plain server", () => {
    expect(runOnFixture(tlsModeMismatch, "fault-https-to-http")).toMatchObject([
      {
        title: expect.stringContaining("speaks TLS to a port of Service prices that speaks plaintext"),
        evidence: [{ log: {} }, { value: "PRICES_URL=https://prices:8080" }, {}],
        details: { client: "tls" },
      },
    ]);
  });

  it("finds the line of a file, and restarts what reads it", () => {
    const [finding] = runOnFixture(tlsModeMismatch, "fault-file");
    expect(finding).toMatchObject({
      object: { kind: "ConfigMap", name: "billing-config" },
      evidence: [{}, { value: "url: jdbc:mysql://db:3306/billing?sslMode=DISABLED" }],
    });
    expect(finding?.remedies?.[1]?.call).toMatchObject({ tool: "remediate_rollout_restart" });
  });

  it.each(["fault-kafka-plaintext", "fault-https-to-http"])("is the one cause in %s", (fixture) => {
    const snapshot = snapshotFromFile(new URL(`./fixtures/${fixture}.yaml`, import.meta.url));
    const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual([tlsModeMismatch.id]);
  });
});
