import { readFileSync } from "node:fs";
import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { diagnoseNamespace } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { quotaExceeded } from "./check.ts";

describe(quotaExceeded.id, () => {
  it("lays the cause on the quota, with need, use and bound, and room for all missing Pods", () => {
    const [finding, ...more] = runOnFixture(quotaExceeded, "fault-cpu");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "ResourceQuota", namespace: "shop", name: "compute" },
      title: "ResourceQuota compute of namespace shop is used up",
      confidence: "certain",
      affects: [{ kind: "ReplicaSet", name: "web-6d4b75cb6d" }],
      evidence: [
        { event: { reason: "FailedCreate" } },
        { field: "status.used[requests.cpu]", value: "1900m" },
        { field: "status.hard[requests.cpu]", value: "2" },
      ],
      remedies: [{ patch: 'spec:\n  hard:\n    requests.cpu: "2900m"\n' }, {}],
      details: {
        missing_pods: 2,
        resources: [
          {
            resource: "requests.cpu",
            requested: "500m",
            used: "1900m",
            hard: "2",
            largest_users: [
              { pod: "big-1", amount: "1500m" },
              { pod: "small-1", amount: "400m" },
            ],
          },
        ],
      },
    });
  });

  it("offers an amount with which every Pod of a rollout fits beside the last earlier one", () => {
    const [finding] = runOnFixture(quotaExceeded, "fault-rollout");
    expect(finding?.remedies?.[1]?.call).toEqual({
      tool: "remediate_set_resources",
      arguments: {
        namespace: "shop",
        kind: "Deployment",
        name: "web",
        container: "app",
        requests: { cpu: "15m" },
      },
    });
  });

  it("reads several resources from the words of a StatefulSet", () => {
    const [finding] = runOnFixture(quotaExceeded, "fault-statefulset-several-resources");
    expect(finding).toMatchObject({
      affects: [{ kind: "StatefulSet", name: "db" }],
      details: {
        resources: [
          { resource: "memory", requested: "2Gi", used: "7Gi", hard: "8Gi" },
          { resource: "pods", requested: "1", used: "10", hard: "10" },
        ],
      },
    });
  });

  it("is less sure when the quota has room by now", () => {
    const [finding] = runOnFixture(quotaExceeded, "fault-raised-meanwhile");
    expect(finding).toMatchObject({
      confidence: "possible",
      remedies: [{ step: expect.stringContaining("Wait") }],
    });
  });

  it("names the full quota where clients miss a Service that it has no room for", async () => {
    expect(runOnFixture(quotaExceeded, "fault-no-room-for-service")).toMatchObject([
      {
        object: { kind: "ResourceQuota", name: "objects" },
        confidence: "likely",
        title: "ResourceQuota objects has no room for Service prices, which clients miss",
        evidence: [
          { field: "status.used[services]", value: "2" },
          { field: "status.hard[services]", value: "2" },
          { log: {} },
          { object: { kind: "Service", name: "prices" }, value: "absent" },
        ],
        affects: [{ kind: "Pod" }],
        remedies: [
          { patch: 'spec:\n  hard:\n    services: "3"\n' },
          { object: { kind: "Service", name: "prices" } },
        ],
      },
    ]);
    const path = new URL("./fixtures/fault-no-room-for-service.yaml", import.meta.url);
    const { reader } = readerFromYaml(readFileSync(path, "utf8"), {
      logs: [
        {
          namespace: "market",
          pod: "portal-6c5d9-x2x7q",
          container: "app",
          previous: false,
          truncated: false,
          lines: [
            "FATAL cannot reach prices at prices:7070: dial tcp: lookup prices on 10.96.0.10:53: no such host",
          ],
        },
      ],
    });
    const { causes } = await diagnoseNamespace(reader, "market");
    expect(causes.map(({ code }) => code)).toEqual(["quota_exceeded"]);
  });

  it("is told by a program that creates Pods itself, and counts those that it names", () => {
    const [finding, ...more] = runOnFixture(quotaExceeded, "fault-program-creates-pods");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "ResourceQuota", namespace: "batch", name: "compute" },
      severity: "medium",
      confidence: "likely",
      title:
        "ResourceQuota compute of namespace batch does not allow what container main of Pod coordinator creates",
      evidence: [
        { log: { line: expect.stringContaining("run-exec-3") } },
        { field: "status.used[limits.memory]", value: "3Gi" },
        { field: "status.hard[limits.memory]", value: "6Gi" },
      ],
      affects: [{ kind: "Pod", name: "coordinator" }],
      remedies: [
        { patch: 'spec:\n  hard:\n    limits.memory: "15360Mi"\n' },
        { object: { name: "coordinator" } },
      ],
    });
  });

  it("is the one cause of a program's end that its log tells", () => {
    const snapshot = snapshotFromFile(new URL("./fixtures/fault-program-ends.yaml", import.meta.url));
    const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual([quotaExceeded.id]);
  });

  it("restarts the rollout", () => {
    const remedies = runOnFixture(quotaExceeded, "fault-raised-meanwhile").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies).toContainEqual(
      expect.objectContaining({ call: expect.objectContaining({ tool: "remediate_rollout_restart" }) }),
    );
  });
});
