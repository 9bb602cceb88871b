import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnoseNamespace } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
import { statefulsetServiceMissing } from "./check.ts";

describe(statefulsetServiceMissing.id, () => {
  it("names the missing Service and the one that may be meant", () => {
    const [finding] = runOnFixture(statefulsetServiceMissing, "fault-typo");
    expect(finding).toMatchObject({
      object: { kind: "StatefulSet", name: "db" },
      evidence: [{ field: "spec.serviceName", value: "db-headles" }, { value: "absent" }],
    });
    expect(finding?.remedies?.[0]?.step).toContain("Service db-headless");
  });

  it("is silent when Services were not read", () => {
    expect(runOnFixture(statefulsetServiceMissing, "other-services-unknown")).toEqual([]);
  });

  it("is grave where names of the Pods are asked for in vain, and the one cause of it", async () => {
    const [finding] = runOnFixture(statefulsetServiceMissing, "fault-names-do-not-resolve");
    expect(finding).toMatchObject({
      object: { kind: "StatefulSet", name: "wal" },
      severity: "high",
      title:
        "StatefulSet wal names the Service wal, which does not exist; headless Service wal-peers selects its Pods",
      evidence: [{ field: "spec.serviceName" }, { value: "absent" }, { log: {} }],
      affects: [{ name: "collector-6c5d9-x2x7q" }, { name: "wal-0" }],
    });
    expect(finding?.remedies?.[0]?.patch).toBe(
      "spec:\n  clusterIP: None\n  selector:\n    app: wal\n  ports:\n    - name: raft\n      port: 7000\n",
    );
    const path = new URL("./fixtures/fault-names-do-not-resolve.yaml", import.meta.url);
    const { reader } = readerFromYaml(readFileSync(path, "utf8"), {
      logs: [
        {
          namespace: "telemetry",
          pod: "collector-6c5d9-x2x7q",
          container: "app",
          previous: false,
          truncated: false,
          lines: [
            "2026-01-01T11:58:00Z FATAL no leader: dial tcp: lookup wal-0.wal.telemetry.svc.cluster.local on 10.96.0.10:53: no such host",
          ],
        },
      ],
    });
    const { causes } = await diagnoseNamespace(reader, "telemetry");
    expect(causes.map(({ code }) => code)).toEqual(["statefulset_service_missing"]);
  });

  it("explains no Pod that is unready for another reason", async () => {
    const path = new URL("./fixtures/fault-image-missing-too.yaml", import.meta.url);
    const { reader } = readerFromYaml(readFileSync(path, "utf8"));
    const { causes } = await diagnoseNamespace(reader, "shop");
    const explains = (cause: string) =>
      causes.find(({ code }) => code === cause)?.explains.map(({ code }) => code);
    expect(explains("image_not_found")).toContain("insufficient_replicas");
    expect(explains("statefulset_service_missing")).toEqual([]);
  });

  it("names each of several ports once and keeps their protocols", () => {
    const [finding] = runOnFixture(statefulsetServiceMissing, "fault-unnamed-ports");
    expect(finding?.remedies?.[0]?.patch).toContain(
      [
        "  ports:",
        "    - name: port-53",
        "      port: 53",
        "      protocol: UDP",
        "    - name: port-53-tcp",
        "      port: 53",
        "    - name: port-80",
        "      port: 80",
        "    - name: metrics",
        "      port: 9153",
        "",
      ].join("\n"),
    );
  });

  it("gives the new Service the labels of the Pods", () => {
    const remedies = runOnFixture(statefulsetServiceMissing, "fault-typo").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies.map(({ patch }) => patch).join("")).toContain("selector:\n    app: db");
  });
});
