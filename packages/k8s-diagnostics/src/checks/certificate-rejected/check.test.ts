import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnoseNamespace } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
import { certificateRejected } from "./check.ts";

describe(certificateRejected.id, () => {
  it("lays an expired certificate on the Secret that the server in the cluster serves it from", () => {
    expect(runOnFixture(certificateRejected, "fault-expired")).toMatchObject([
      {
        object: { kind: "Secret", name: "api-tls" },
        related: [{ kind: "Service", name: "api" }],
        affects: [{ kind: "Pod" }],
        details: { problem: "expired", host: "api.shop.svc" },
        remedies: [{ step: expect.stringContaining("Renew the certificate in Secret api-tls") }],
      },
    ]);
  });

  it("proposes a name that the certificate is for", () => {
    const [finding] = runOnFixture(certificateRejected, "fault-wrong-name");
    expect(finding).toMatchObject({ details: { problem: "wrong_name" } });
    expect(finding?.remedies?.[0]).toMatchObject({
      step: expect.stringContaining("such as api.shop.svc.cluster.local"),
      patch: expect.stringContaining("https://api.shop.svc.cluster.local:8443"),
    });
  });

  it.each(["fault-java-untrusted", "fault-node-self-signed", "fault-python-untrusted"])(
    "has the client of %s trust the authority",
    (fixture) => {
      expect(runOnFixture(certificateRejected, fixture)).toMatchObject([
        { object: { kind: "Deployment", name: "web" }, details: { problem: "untrusted" } },
      ]);
    },
  );

  it("knows the certificates that kubelets sign themselves", () => {
    const [finding] = runOnFixture(certificateRejected, "fault-kubelet");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "metrics-server" },
      title: expect.stringContaining("they hold no IP SANs"),
    });
    expect(finding?.remedies?.[1]?.patch).toContain('- "--kubelet-insecure-tls"');
  });

  it("seeks the reason in the certificate that an Ingress of the cluster serves the host with", async () => {
    expect(runOnFixture(certificateRejected, "fault-of-own-ingress")).toMatchObject([
      { object: { kind: "Deployment", name: "pusher" }, because: [{ kind: "Secret", name: "shop-tls" }] },
    ]);
    const textOf = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
    const client = textOf("./fixtures/fault-of-own-ingress.yaml").split("---\n").slice(1, 3);
    const server = textOf("../tls-certificate-invalid/fixtures/fault-key-of-old-certificate.yaml");
    const { reader } = readerFromYaml([...client, server].join("---\n"), {
      logs: [
        {
          namespace: "shop",
          pod: "pusher-6c5d9-x2x7q",
          container: "app",
          previous: false,
          truncated: false,
          lines: ["curl: (60) SSL certificate problem: self-signed certificate"],
        },
      ],
    });
    const { causes } = await diagnoseNamespace(reader, "shop");
    expect(causes.map(({ code }) => code)).toEqual(["tls_certificate_invalid"]);
  });
});
