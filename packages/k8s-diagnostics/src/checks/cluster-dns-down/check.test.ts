import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
import { clusterDnsDown } from "./check.ts";

const LOG = {
  namespace: "shop",
  pod: "web-6c5d9-x2x7q",
  container: "app",
  previous: false,
  truncated: false,
};
const CORE_LOG = {
  namespace: "kube-system",
  pod: "coredns-7d764666f9-abcde",
  container: "coredns",
  previous: true,
  truncated: false,
};

describe(clusterDnsDown.id, () => {
  it("lies on the Service, seeks its reason below it, and affects those who complain", () => {
    expect(runOnFixture(clusterDnsDown, "fault-scaled-to-zero")).toMatchObject([
      {
        object: { kind: "Service", namespace: "kube-system", name: "kube-dns" },
        affects: [{ name: "kube-dns" }, { kind: "Pod", namespace: "shop" }],
        because: [{ kind: "Deployment", name: "coredns" }],
        evidence: [
          { value: "0 ready, 0 not ready" },
          { object: { kind: "Deployment" }, value: "0 of 0" },
          { log: { line: "Error: getaddrinfo EAI_AGAIN db" } },
        ],
      },
    ]);
  });

  it.each([
    ["fault-scaled-to-zero", ["scaled_to_zero"], ["Error: getaddrinfo EAI_AGAIN db"]],
    [
      "fault-crashing",
      ["core_dns_config_broken"],
      ["lookup db on 10.96.0.10:53: read udp 10.244.0.7:4711->10.96.0.10:53: i/o timeout"],
    ],
  ])("leads in %s from a Pod to one cause in kube-system", async (name, codes, lines) => {
    const text = readFileSync(new URL(`./fixtures/${name}.yaml`, import.meta.url), "utf8");
    const parsing = "/etc/coredns/Corefile:7 - Error during parsing: Unknown directive 'forwrd'";
    const { reader } = readerFromYaml(text, {
      logs: [
        { ...LOG, lines },
        { ...CORE_LOG, lines: [parsing] },
      ],
    });
    const { causes } = await diagnoseObject(reader, {
      kind: "Pod",
      namespace: "shop",
      name: "web-6c5d9-x2x7q",
    });
    expect(causes.map(({ code }) => code)).toEqual(codes);
  });

  it("scales the DNS up", () => {
    const remedies = runOnFixture(clusterDnsDown, "fault-scaled-to-zero").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies).toContainEqual(
      expect.objectContaining({ call: expect.objectContaining({ tool: "remediate_scale_deployment" }) }),
    );
  });
});
