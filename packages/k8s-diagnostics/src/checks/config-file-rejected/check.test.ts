import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { configFileRejected } from "./check.ts";

describe(configFileRejected.id, () => {
  it.each([
    ["fault-nginx", "ConfigMap", "web-nginx", { key: "default.conf", line: 3 }, "likely"],
    ["fault-required-key-missing", "ConfigMap", "web-nginx", { key: "default.conf" }, "likely"],
    ["fault-yaml-item", "ConfigMap", "web", { key: "settings", line: 2 }, "likely"],
    ["fault-prometheus-argument", "ConfigMap", "web", { key: "prometheus.yml" }, "likely"],
    ["fault-redis-without-path", "ConfigMap", "web", { key: "redis.conf", line: 2 }, "possible"],
    ["fault-secret", "Secret", "web", { key: "alertmanager.yml", line: 4 }, "likely"],
  ])("names in %s the key and the line", (fixture, kind, name, details, confidence) => {
    expect(runOnFixture(configFileRejected, fixture)).toMatchObject([
      { object: { kind, name }, subject: "app", details, confidence, affects: [{ kind: "Pod" }] },
    ]);
  });

  it("shows the line of the file that is at fault", () => {
    const [finding] = runOnFixture(configFileRejected, "fault-nginx");
    expect(finding?.evidence[1]).toMatchObject({
      field: "data[default.conf] line 3",
      value: "  proxxy_pass http://api;",
    });
    expect(finding?.remedies?.[0]?.step).toContain(
      "Correct line 3 of key default.conf of ConfigMap web-nginx",
    );
  });

  it("finds the lines of the settings that the program names", () => {
    const [finding] = runOnFixture(configFileRejected, "fault-values-contradict");
    expect(finding).toMatchObject({
      object: { kind: "ConfigMap", name: "web" },
      confidence: "likely",
      evidence: [{ log: {} }, { value: "idle_pool_size = 40" }, { value: "max_pool_size = 20" }, {}],
    });
    expect(finding?.remedies?.[0]?.step).toContain("Correct lines 3, 2 of key app.conf");
  });

  it("restarts the workload after the correction", () => {
    const remedies = runOnFixture(configFileRejected, "fault-nginx").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies).toContainEqual(
      expect.objectContaining({ call: expect.objectContaining({ tool: "remediate_rollout_restart" }) }),
    );
  });

  it("finds the line of the field and value that a validation refuses", () => {
    expect(runOnFixture(configFileRejected, "fault-field-error")).toMatchObject([
      {
        object: { kind: "ConfigMap", name: "web" },
        confidence: "likely",
        evidence: [{ log: {} }, { field: "data[config.yaml] line 3", value: 'format: "logfmt"' }, {}],
      },
    ]);
  });
});
