import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
import { clientAddressWrong } from "./check.ts";

describe(clientAddressWrong.id, () => {
  it("corrects the variable where a crashing program names a Service like an existing one", () => {
    const [finding, ...others] = runOnFixture(clientAddressWrong, "fault-near-name-crashing");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "app",
      severity: "high",
      confidence: "likely",
      affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
    });
    expect(finding?.title).toContain("Service databse, which does not exist; Service database does");
    expect(finding?.evidence).toMatchObject([
      { log: { line: expect.stringContaining("ENOTFOUND") } },
      { field: "spec.template.spec.containers[app].env[DATABASE_URL].value" },
      { object: { kind: "Service", name: "databse" }, value: "absent" },
    ]);
    expect(finding?.remedies?.[0]?.patch).toContain('value: "postgres://database:5432/shop"');
  });

  it("names the namespace that has the Service, also for a log line without a host", () => {
    const [finding] = runOnFixture(clientAddressWrong, "fault-other-namespace");
    expect(finding).toMatchObject({ severity: "high", title: expect.stringContaining("in namespace infra") });
    expect(finding?.remedies?.[0]?.patch).toContain("value: cache.infra");
  });

  it("corrects the port in the ConfigMap that has it, and restarts what reads it", () => {
    const [finding] = runOnFixture(clientAddressWrong, "fault-wrong-port-in-config-map");
    expect(finding).toMatchObject({
      object: { kind: "ConfigMap", name: "web" },
      severity: "high",
      title: expect.stringContaining("port 5433 of Service db"),
    });
    expect(finding?.remedies).toMatchObject([
      { object: { kind: "ConfigMap" }, patch: 'data:\n  DB_PORT: "5432"\n' },
      { object: { kind: "Service", name: "db" } },
      { call: { tool: "remediate_rollout_restart", arguments: { name: "web" } } },
    ]);
  });

  it("asks for a Service that is gone, with the selector of the workload of its name", () => {
    const [finding] = runOnFixture(clientAddressWrong, "fault-service-deleted");
    expect(finding).toMatchObject({ object: { kind: "Service", name: "orders" }, severity: "high" });
    expect(finding?.remedies?.[0]?.patch).toBe(
      "spec:\n  selector:\n    app: orders\n  ports:\n    - port: 8080\n      targetPort: 8080\n",
    );
  });

  it("only mentions what a program that runs well is configured with", () => {
    const [finding, ...others] = runOnFixture(clientAddressWrong, "fault-runs-anyway");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ severity: "low", details: { host: "rediss-cache.infra" } });
    expect(finding?.remedies?.[0]?.patch).toContain('value: "redis-cache.infra:6379"');
  });

  it("is unsure where nothing was logged", () => {
    expect(runOnFixture(clientAddressWrong, "fault-not-ready-without-log")).toMatchObject([
      { severity: "medium", confidence: "possible" },
    ]);
  });

  it("reads URLs in mounted files, without comments and the file's own names", () => {
    expect(runOnFixture(clientAddressWrong, "fault-file")).toMatchObject([
      { object: { kind: "ConfigMap", name: "nginx" }, severity: "medium", details: { port: 81 } },
    ]);
  });
});

describe("a verdict on a client", () => {
  it("is one cause, found in a namespace that nobody asked about", async () => {
    const text = readFileSync(new URL("./fixtures/fault-other-namespace.yaml", import.meta.url), "utf8");
    const { reader } = readerFromYaml(text, {
      logs: [
        {
          namespace: "shop",
          pod: "web-6c5d9-x2x7q",
          container: "app",
          previous: true,
          truncated: false,
          lines: ["socket.gaierror: [Errno -2] Name or service not known"],
        },
      ],
    });
    const { causes } = await diagnoseObject(reader, {
      kind: "Pod",
      namespace: "shop",
      name: "web-6c5d9-x2x7q",
    });
    expect(causes.map(({ code, title }) => [code, title])).toEqual([
      ["client_address_wrong", expect.stringContaining("it does in namespace infra")],
    ]);
  });

  it("takes a timeout that names nothing for the only wrong address", () => {
    const [finding, ...others] = runOnFixture(clientAddressWrong, "fault-wrong-port-times-out");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "quotes" },
      severity: "high",
      title: expect.stringContaining("port 8080 of Service price-api"),
    });
  });
});
