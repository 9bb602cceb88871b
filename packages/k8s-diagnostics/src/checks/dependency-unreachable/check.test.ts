import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { dependencyUnreachable } from "./check.ts";

describe(dependencyUnreachable.id, () => {
  it.each(["fault-service-missing", "fault-init-waits"])("names the missing Service in %s", (fixture) => {
    expect(runOnFixture(dependencyUnreachable, fixture)).toMatchObject([
      { object: { kind: "Service", namespace: "shop", name: "db" }, affects: [{ kind: "Pod" }] },
    ]);
  });

  it.each([
    ["fault-near-name", "Deployment", "spec.template.spec.containers[app].env[DATABASE_URL].value"],
    ["fault-near-name-in-config-map", "ConfigMap", "data[DB_HOST]"],
  ])("blames in %s the %s that names a Service like an existing one", (fixture, kind, field) => {
    const [finding] = runOnFixture(dependencyUnreachable, fixture);
    expect(finding).toMatchObject({ object: { kind, name: "web" }, details: { host: "databse" } });
    expect(finding?.evidence[1]).toMatchObject({ field });
    expect(finding?.remedies?.[0]?.step).toContain("name database instead of databse");
  });

  it("reads what an init container waits for from its command", () => {
    const [finding] = runOnFixture(dependencyUnreachable, "fault-init-waits-silently");
    expect(finding).toMatchObject({
      object: { kind: "Deployment" },
      subject: "wait",
      details: { host: "databse" },
    });
    expect(finding?.evidence[0]).toMatchObject({ field: "spec.template.spec.initContainers[wait].command" });
  });

  it("corrects the port where the Service has another one", () => {
    const [finding] = runOnFixture(dependencyUnreachable, "fault-wrong-port");
    expect(finding?.title).toContain("asks Service db on port 5433");
    expect(finding?.remedies?.[0]?.patch).toContain('value: "postgres://db:5432/shop"');
  });

  it("takes what the Pods of a headless Service declare for its ports", () => {
    const [finding] = runOnFixture(dependencyUnreachable, "fault-wrong-port-headless");
    expect(finding?.title).toContain("asks Service db on port 5433");
    const [other] = runOnFixture(dependencyUnreachable, "fault-declared-port-headless");
    expect(other).toMatchObject({ confidence: "possible", title: expect.stringContaining("cannot reach") });
  });

  it.each([
    ["fault-not-ready", "shop", "db"],
    ["fault-not-ready-itself", "shop", "db"],
    ["fault-other-namespace", "infra", "cache"],
  ])("sends on from %s to the Service without ready Pods", (fixture, namespace, name) => {
    expect(runOnFixture(dependencyUnreachable, fixture)).toMatchObject([
      { confidence: "likely", because: [{ kind: "Service", namespace, name }] },
    ]);
  });

  it("is unsure when the complaint is not the line that ended the program", () => {
    expect(runOnFixture(dependencyUnreachable, "fault-before-vague-end")).toMatchObject([
      { confidence: "possible", evidence: [{ log: { line: expect.stringContaining("refused") } }] },
    ]);
  });

  it("is unsure when the Service has ready Pods", () => {
    expect(runOnFixture(dependencyUnreachable, "fault-ready-and-refused")).toMatchObject([
      { confidence: "possible" },
    ]);
  });

  it("points a program that looks for its database on localhost to the Service with that port", () => {
    const [finding] = runOnFixture(dependencyUnreachable, "fault-localhost");
    expect(finding?.title).toContain("looks for a server in its own Pod");
    expect(finding?.evidence[1]).toMatchObject({
      field: "spec.template.spec.containers[app].env[DB_HOST].value",
    });
    expect(finding?.remedies?.[0]?.patch).toContain("value: postgres");
  });

  it("names the setting that holds an address outside the cluster", () => {
    expect(runOnFixture(dependencyUnreachable, "fault-outside-from-config-map")).toMatchObject([
      {
        object: { kind: "ConfigMap", name: "web" },
        remedies: [{ step: expect.stringContaining("data[API_URL]") }],
      },
    ]);
  });

  it.each([
    ["fault-outside", "api.partner.example", "timeout"],
    ["fault-services-unknown", "10.96.12.7", "refused"],
  ])("tells in %s of the address only", (fixture, host, problem) => {
    expect(runOnFixture(dependencyUnreachable, fixture)).toMatchObject([
      { object: { kind: "Deployment", name: "web" }, details: { host, problem } },
    ]);
  });

  it("finds the address above the exception that names none", () => {
    expect(runOnFixture(dependencyUnreachable, "fault-named-above-the-cause")).toMatchObject([
      { details: { host: "books-db", port: 1521 }, because: [{ kind: "Service", name: "books-db" }] },
    ]);
  });
});
