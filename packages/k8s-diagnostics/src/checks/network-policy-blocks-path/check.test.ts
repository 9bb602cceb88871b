import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
import { networkPolicyBlocksPath } from "./check.ts";

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}.yaml`, import.meta.url), "utf8");

describe(networkPolicyBlocksPath.id, () => {
  it("names the label that a policy asks for, and both ways to admit the client", () => {
    const [finding, ...others] = runOnFixture(networkPolicyBlocksPath, "fault-label-missing");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "NetworkPolicy", namespace: "shop", name: "db" },
      severity: "high",
      confidence: "likely",
      title:
        "NetworkPolicy db does not let Pods of Deployment web in to port 5432 of Service db: they are without the label access that it asks for",
      affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
      details: { direction: "Ingress" },
    });
    expect(finding?.evidence).toMatchObject([
      { log: { line: "Error: connect ETIMEDOUT 10.96.12.7:5432" } },
      { field: "spec.ingress[0]" },
      { object: { kind: "Pod" }, field: "metadata.labels[access]", value: "absent" },
      { field: "spec.template.spec.containers[app].env[DATABASE_URL].value" },
      { value: "5432/TCP" },
    ]);
    expect(finding?.remedies?.[0]?.patch).toBe(`spec:
  ingress:
    - from:
        - podSelector:
            matchLabels:
              access: db
      ports:
        - port: 5432
          protocol: TCP
    - from:
        - podSelector:
            matchLabels:
              app: web
      ports:
        - port: 5432
          protocol: TCP
`);
    expect(finding?.remedies?.[1]).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      patch: "spec:\n  template:\n    metadata:\n      labels:\n        access: db\n",
    });
  });

  it("knows labels of namespaces", () => {
    const [finding] = runOnFixture(networkPolicyBlocksPath, "fault-namespace-label");
    expect(finding).toMatchObject({
      object: { namespace: "infra", name: "db" },
      severity: "high",
      title: expect.stringContaining("their namespace is without the label team"),
    });
    expect(finding?.remedies?.[0]?.patch).toContain("kubernetes.io/metadata.name: shop");
    expect(finding?.remedies?.[1]).toMatchObject({ object: { kind: "Namespace", name: "shop" } });
  });

  it("looks at both directions, and takes a line without an address for the only Service in use", () => {
    expect(runOnFixture(networkPolicyBlocksPath, "fault-egress-port")).toMatchObject([
      {
        object: { name: "web" },
        severity: "high",
        title: expect.stringContaining("out to port 5432 of Service db: it admits other ports"),
        details: { direction: "Egress" },
      },
    ]);
  });

  it("takes no client that a web server's log names for the address that gives no answer", () => {
    expect(runOnFixture(networkPolicyBlocksPath, "fault-log-names-the-browser")).toMatchObject([
      { object: { kind: "NetworkPolicy", name: "db" }, severity: "high", confidence: "likely" },
    ]);
  });

  it("is unsure without a log, and only mentions what does no harm", () => {
    expect(runOnFixture(networkPolicyBlocksPath, "fault-default-deny-without-log")).toMatchObject([
      { severity: "medium", confidence: "possible", details: { direction: "Egress" } },
    ]);
    expect(runOnFixture(networkPolicyBlocksPath, "fault-runs-anyway")).toMatchObject([
      { severity: "low", subject: "shop/db:5432" },
    ]);
  });

  it.each([
    ["fault-label-missing", true, "Error: connect ETIMEDOUT 10.96.12.7:5432"],
    ["fault-namespace-label", false, "dial tcp: connection to db.infra:5432: i/o timeout"],
  ])("is the one cause of the client's trouble in %s", async (name, previous, line) => {
    const log = { namespace: "shop", pod: "web-6c5d9-x2x7q", container: "app", truncated: false };
    const { reader } = readerFromYaml(fixture(name), { logs: [{ ...log, previous, lines: [line] }] });
    const { causes } = await diagnoseObject(reader, {
      kind: "Deployment",
      namespace: "shop",
      name: "web",
    });
    expect(causes.map(({ code }) => code)).toEqual(["network_policy_blocks_path"]);
  });

  it("lays it on the workload whose Pods lack the label by which a policy lets them out", () => {
    const [finding, ...others] = runOnFixture(networkPolicyBlocksPath, "fault-label-of-pod-selector");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "router" },
      severity: "high",
      title:
        "Pods of Deployment router are without the label needs-cache by which NetworkPolicy cache-clients lets Pods out to port 6379 of Service tiles-cache",
      evidence: [
        { log: {} },
        { object: { name: "cache-clients" }, field: "spec.podSelector" },
        { field: "metadata.labels[needs-cache]", value: "absent" },
        { field: "spec.template.spec.containers[app].env[CACHE_ADDR].value" },
        { object: { kind: "NetworkPolicy" }, value: "{}" },
      ],
      related: expect.arrayContaining([expect.objectContaining({ name: "cache-clients" })]),
      remedies: [
        { patch: 'spec:\n  template:\n    metadata:\n      labels:\n        needs-cache: "yes"\n' },
        { object: { kind: "NetworkPolicy", name: "cache-clients" } },
      ],
    });
  });

  it("knows that policies see the addresses behind a cluster IP", () => {
    const [finding, ...others] = runOnFixture(networkPolicyBlocksPath, "fault-cluster-ip-of-api-server");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "NetworkPolicy", name: "snapshotter-egress" },
      title:
        "NetworkPolicy snapshotter-egress admits the cluster IP of Service kubernetes, and not the addresses behind it, which policies see",
      evidence: [
        { log: {} },
        { field: "spec.egress[0]" },
        { object: { kind: "EndpointSlice" }, value: '["172.18.0.2"]' },
        { value: "6443/TCP" },
      ],
      affects: [{ kind: "Pod" }],
    });
    expect(finding?.remedies?.[0]?.patch).toContain('cidr: "172.18.0.2/32"');
  });
});
