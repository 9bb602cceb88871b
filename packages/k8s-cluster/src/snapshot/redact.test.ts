import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeObject } from "./normalize.ts";
import { redactObject, redactText } from "./redact.ts";

const SECRET = "s3cr3tValue9876543210";

describe("redactText", () => {
  it.each([
    ["an assignment", `password=${SECRET}`],
    ["JSON", `{"apiKey": "${SECRET}"}`],
    ["YAML", `db_password: ${SECRET}`],
    ["an environment dump", `DB_PASSWORD=${SECRET} HOME=/root`],
    ["a URL with credentials", `postgres://app:${SECRET}@db:5432/shop`],
    ["a bearer token", `Authorization: Bearer ${SECRET}`],
    ["basic authentication", `authorization: Basic ${SECRET}==`],
    ["a JSON Web Token", `jwt eyJhbGciOiJIUzI1NiJ9.${SECRET}aaaa.${SECRET}`],
    ["a private key", `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----`],
    ["a quoted value with spaces", `secret = "${SECRET} and more"`],
  ])("hides %s", (_, text) => {
    expect(redactText(text)).not.toContain(SECRET);
  });

  it.each([
    "AKIAIOSFODNN7EXAMPLE",
    `ghp_${"a1".repeat(18)}`,
    `glpat-${"x".repeat(20)}`,
    `xoxb-1234567890-abcdef`,
    `AIza${"b".repeat(35)}`,
  ])("hides the key %s", (key) => {
    expect(redactText(`using ${key} now`)).toBe("using [redacted] now");
  });

  it.each([
    'secret "db-credentials" not found',
    "couldn't find key password in Secret shop/db",
    'Error: ENOENT: no such file or directory, open "/etc/app/token"',
    'exec: "/etc/passwd": permission denied',
    "open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory",
    "dial tcp 10.96.0.10:53: connect: connection refused",
    "0/3 nodes are available: 3 Insufficient cpu.",
    "https://registry.example:5000/v2/web/manifests/1.2",
  ])("leaves %s alone", (text) => {
    expect(redactText(text)).toBe(text);
  });

  it("is idempotent and ends soon on any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const once = redactText(text);
        expect(redactText(once)).toBe(once);
      }),
    );
    const hostile = "password:".repeat(50_000) + "=".repeat(50_000) + "a://".repeat(50_000);
    const started = performance.now();
    redactText(hostile);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe("redactObject", () => {
  it("hides values of secret-like variables and ConfigMap keys, and keeps references", () => {
    const pod = normalizeObject("pods", {
      metadata: { name: "web" },
      spec: {
        volumes: [{ name: "tls", secret: { secretName: "web-tls" } }],
        containers: [
          {
            name: "app",
            env: [
              { name: "DB_PASSWORD", value: SECRET },
              { name: "LOG_LEVEL", value: "debug" },
              { name: "TOKEN", valueFrom: { secretKeyRef: { name: "db", key: "token" } } },
            ],
          },
        ],
      },
    });
    const config = normalizeObject("configMaps", {
      metadata: { name: "c" },
      data: { "api-key": SECRET, color: "red" },
    });
    if (!pod || !config) throw new Error("not normalized");
    const text = JSON.stringify([redactObject("pods", pod), redactObject("configMaps", config)]);
    expect(text).not.toContain(SECRET);
    for (const kept of ["web-tls", "debug", "red", '"name":"db"', '"key":"token"'])
      expect(text).toContain(kept);
  });
});
