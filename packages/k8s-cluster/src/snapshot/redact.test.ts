import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeObject } from "./normalize.ts";
import { redactObject, redactSecret, redactText } from "./redact.ts";
import { isSecretName } from "./secret-names.ts";

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
    ["a short name", `pass=${SECRET} user=x`],
    ["a short variable", `DB_PASS=${SECRET}`],
    ["an encryption key", `ENC_KEY=${SECRET}`],
    ["an option of a command", `server --db-password ${SECRET} --verbose`],
    ["an option of a listed command", `["server","--db-password","${SECRET}"]`],
    ["the user of curl", `curl -s -u admin:${SECRET} https://x`],
    ["the long user of curl", `curl --user admin:${SECRET} https://x`],
    ["the attached password of mysql", `mysql -h db -uroot -p${SECRET} -e x`],
    ["the password of redis-cli", `redis-cli -h db -a ${SECRET} ping`],
    ["the password of a listed redis-cli", `["redis-cli","-a","${SECRET}"]`],
    ["a shell word in a listed command", `["sh","-c","redis-cli -a '${SECRET}' ping"]`],
    ["a command over two lines", `curl \\\n  -u a:${SECRET} x`],
    ["a URL whose password holds an @", `redis://:p@${SECRET}@host:6379`],
    ["a URL whose password holds a quote", `postgres://u:x'${SECRET}@db/app`],
    ["a URL whose password holds a slash", `postgres://u:x/${SECRET}@db/app`],
    ["an Oracle address", `cannot open jdbc:oracle:thin:app/${SECRET}@db:1521`],
    ["a value with a comma", `password=hun,${SECRET}`],
    ["a value with a bracket", `password=hun)${SECRET}`],
    ["an escaped quote", `{"password":"hun\\"${SECRET}"}`],
    ["JSON in JSON", `{"msg":"{\\"password\\":\\"${SECRET}\\"}"}`],
    ["many blanks", `password:        ${SECRET}`],
    ["an arrow", `password => ${SECRET}`],
    ["a call", `'password': Secret('${SECRET}')`],
    ["a scheme of its own", `Authorization: token ${SECRET}`],
    ["another scheme", `authorization: ApiKey ${SECRET}`],
    ["an assigned scheme", `authorization=Bearer ${SECRET}`],
    ["a quoted header", `curl -H 'Authorization: token ${SECRET}' https://x`],
    ["cookies", `Cookie: a=b; session=${SECRET}`],
    ["a connection string", `AccountName=x;AccountKey=${SECRET}==;EndpointSuffix=y`],
    ["a shared access signature", `https://x/y?sv=1&sig=${SECRET}%3D&se=2026`],
    ["a webhook", `https://hooks.slack.com/services/T0/B0/${SECRET}`],
    ["SQL", `CREATE USER a IDENTIFIED BY '${SECRET}'`],
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
    "https://registry.example:5000/v2/web@sha256:0123",
    "path=/x bypass=yes compass: north passed=3",
    "PWD=/app OLDPWD=/",
    "POSTGRES_PASSWORD_FILE=/run/pw secretName: web-tls tokenExpirationSeconds: 3607",
    '{"serviceAccountToken":{"path":"token"},"automountServiceAccountToken":{},"imagePullSecrets":[]}',
    '{"secretKeyRef":{"name":"db","key":"password"}}',
    "mysql -h mysql.app.svc -u root -p",
    "nc -z redis 6379 -u x && ls -a /data",
    "curl -s http://web:8080/healthz",
    'failed to fetch anonymous token: Get "https://auth.example/token": dial tcp: timeout',
    "line 3: API_TOKEN: unbound variable",
    "secret: { secretName: web-tls }",
    "secrets-store-csi-driver: rpc error",
  ])("leaves %s alone", (text) => {
    expect(redactText(text)).toBe(text);
  });

  it("keeps what tells where a secret was", () => {
    expect(redactText('{"password":"a\\"b","host":"db"}')).toBe('{"password":"[redacted]","host":"db"}');
    expect(redactText("redis://:p@ss@host:6379/0")).toBe("redis://:[redacted]@host:6379/0");
    expect(redactText('["redis-cli","-a","x","ping"]')).toBe('["redis-cli","-a","[redacted]","ping"]');
  });

  it("is idempotent on texts made of what it looks for", () => {
    const parts = ["password", "--token", "=", ":", " ", '"', "'", "\\", ",", "a://", "@", "/", "x"];
    const more = ["curl", "-u", "-a", "redis-cli", "[redacted]", "Cookie", "\n", "[", "]", ";", "mysql -p"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts, ...more), { maxLength: 20 }), (items) => {
        const once = redactText(items.join(""));
        expect(redactText(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    "password='",
    "curl -u",
    '--token "',
    "x",
    "\\",
    "aa://x:",
    "-",
    "a=>",
    "Cookie:",
    "jdbc:oracle:thin:a/",
  ])("ends soon on many times %s", (part) => {
    const started = performance.now();
    redactText(part.repeat(30_000));
    expect(performance.now() - started).toBeLessThan(3_000);
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

describe("redactSecret", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const keyOf = (value: string): unknown => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "tls", namespace: "shop" } };
    const redacted = redactSecret({ ...secret, data: { "tls.key": value } } as never);
    return (redacted as { data?: Record<string, unknown> }).data?.["tls.key"];
  };

  it.each([
    ["RSA", generateKeyPairSync("rsa", { modulusLength: 2048 }), "pkcs1"],
    ["RSA in PKCS 8", generateKeyPairSync("rsa", { modulusLength: 2048 }), "pkcs8"],
    ["EC", generateKeyPairSync("ec", { namedCurve: "prime256v1" }), "sec1"],
    ["Ed25519", generateKeyPairSync("ed25519"), "pkcs8"],
  ] as const)(
    "keeps the public half of a private key, and nothing else: %s",
    (_, { privateKey, publicKey }, type) => {
      const pem = privateKey.export({ type, format: "pem" }).toString();
      const kept = Buffer.from(String(keyOf(base64(`# issued by us\n${pem}`))), "base64").toString();
      expect(kept).toBe(publicKey.export({ type: "spki", format: "pem" }));
      expect(kept).not.toContain("PRIVATE");
      const { d = "none" } = privateKey.export({ format: "jwk" });
      expect(
        Buffer.from(kept.split("\n").slice(1, -2).join(""), "base64").includes(Buffer.from(d, "base64url")),
      ).toBe(false);
      expect(keyOf(base64(kept))).toBe(base64(kept));
    },
  );

  it("keeps nothing of a key that it cannot read", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const locked = privateKey.export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "x",
    });
    const broken = privateKey.export({ type: "sec1", format: "pem" }).toString().slice(0, 90);
    for (const text of [
      locked.toString(),
      broken,
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
      "x",
    ])
      expect(keyOf(base64(text))).toBe("");
  });
});

describe("isSecretName", () => {
  it.each([
    "DB_PASS",
    "SMTP_PASS",
    "PGPASS",
    "MYSQL_PWD",
    "JWT",
    "ENCRYPTION_KEY",
    "SIGNING_KEY",
    "COOKIE",
    "SALT",
  ])("knows %s", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each([
    "BYPASS",
    "compass",
    "passed",
    "PATH",
    "topologyKey",
    "PUBLIC_KEY",
    "secretName",
    "tokenExpirationSeconds",
  ])("lets %s pass", (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe("redactObject", () => {
  it("hides what follows a secret option in commands and arguments", () => {
    const pod = normalizeObject("pods", {
      metadata: { name: "web" },
      spec: {
        containers: [
          { name: "a", args: ["--password", SECRET, "--verbose", "kept"] },
          { name: "b", command: ["/usr/bin/redis-cli"], args: ["-h", "host", "-a", SECRET] },
          { name: "c", command: ["mysqladmin", `-p${SECRET}`], env: [{ name: "DB_PASS", value: SECRET }] },
          { name: "d", command: ["sh", "-c", `curl -u a:${SECRET} http://web`] },
          { name: "e", livenessProbe: { exec: { command: ["redis-cli", "-a", SECRET, "ping"] } } },
        ],
      },
    });
    if (!pod) throw new Error("not normalized");
    const text = JSON.stringify(redactObject("pods", pod));
    expect(text).not.toContain(SECRET);
    for (const kept of ["--verbose", "kept", "host", "http://web", "ping"]) expect(text).toContain(kept);
  });

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
