import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { coreDnsConfigBroken } from "./check.ts";
import { mentionedNames } from "./matches.ts";

describe(coreDnsConfigBroken.id, () => {
  it("names the template that denies Services, and who complains", () => {
    const [finding, ...others] = runOnFixture(coreDnsConfigBroken, "fault-template");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "ConfigMap", namespace: "kube-system", name: "coredns" },
      details: { fault: "template" },
      severity: "high",
      confidence: "likely",
      title: "The Corefile in ConfigMap coredns answers NXDOMAIN for names of Services that exist",
      evidence: [
        { field: "data.Corefile, line 7", value: "template ANY ANY shop.svc.cluster.local {" },
        { log: { line: "Error: getaddrinfo ENOTFOUND db" } },
      ],
      affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
      related: [{ kind: "Service", name: "db" }],
    });
    expect(finding?.remedies?.[0]?.step).toContain("Remove that template");
  });

  it.each([
    ["fault-rewrite", "rewrite", "medium"],
    ["fault-without-kubernetes", "no_kubernetes_plugin", "high"],
    ["fault-forward", "upstream_unreachable", "high"],
    ["fault-loop", "forward_loop", "medium"],
    ["fault-hosts", "hosts_without_fallthrough", "high"],
  ])("finds in %s: %s", (fixture, subject, severity) => {
    expect(runOnFixture(coreDnsConfigBroken, fixture)).toMatchObject([
      { details: { fault: subject }, severity },
    ]);
  });

  it("finds the domain that no Pod looks in, by a client that misses a Service by its short name", () => {
    expect(runOnFixture(coreDnsConfigBroken, "fault-other-domain")).toMatchObject([
      {
        object: { kind: "ConfigMap", name: "coredns" },
        severity: "high",
        confidence: "likely",
        evidence: [
          { field: "data.Corefile, line 4", value: "kubernetes corp.example in-addr.arpa ip6.arpa {" },
          { log: { line: "java.net.UnknownHostException: db: Name or service not known" } },
        ],
        affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
      },
    ]);
  });

  it("takes the word of the kubelets' configuration for the domain", () => {
    expect(runOnFixture(coreDnsConfigBroken, "fault-other-domain-than-told")).toMatchObject([
      {
        severity: "high",
        evidence: [
          { value: "kubernetes cluster.local in-addr.arpa ip6.arpa {" },
          { object: { name: "kubelet-config" }, field: "data.kubelet", value: "corp.example" },
        ],
      },
    ]);
  });

  it("shows the line that CoreDNS cannot read", () => {
    expect(runOnFixture(coreDnsConfigBroken, "fault-syntax")).toMatchObject([
      {
        details: { fault: "syntax" },
        confidence: "certain",
        evidence: [
          { value: "forwrd . 8.8.8.8" },
          { log: { container: "coredns", previous: true } },
          { log: { container: "app" } },
        ],
        affects: [{ name: "coredns-7d764666f9-abcde" }, { name: "web-6c5d9-x2x7q" }],
      },
    ]);
  });
});

describe("patterns of the template plug-in", () => {
  it.each([
    ["^db\\.shop\\.svc\\.cluster\\.local\\.$", "db.shop.svc.cluster.local", true],
    ["^db\\.shop\\.svc\\.cluster\\.local\\.$", "x.db.shop.svc.cluster.local", false],
    ["(.*\\.)?shop\\.svc\\.cluster\\.local\\.$", "db.shop.svc.cluster.local", true],
    [".*", "db.shop.svc.cluster.local", true],
    ["^(a|b)+\\.local\\.$", "a.local", false],
  ])("%s names %s: %s", (pattern, host, expected) => {
    expect(mentionedNames(pattern)(host)).toBe(expected);
  });

  it.each([
    ["fault-host-name-in-custom", "forward . ns1.office.example ns2.office.example", "plugin_setup"],
    ["fault-syntax-in-custom", "forwad . 10.9.0.2", "syntax"],
  ])("finds what is included from another ConfigMap: %s", (fixture, line, fault) => {
    expect(runOnFixture(coreDnsConfigBroken, fixture)).toMatchObject([
      {
        object: { kind: "ConfigMap", namespace: "kube-system", name: "coredns-custom" },
        severity: "high",
        confidence: "certain",
        details: { fault },
        evidence: [{ field: "data.office.server, line 3", value: line }, { log: {} }, { log: {} }],
        affects: expect.arrayContaining([expect.objectContaining({ name: "coredns-7d764666f9-abcde" })]),
      },
    ]);
  });
});
