import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainLog } from "./log-lines.ts";
import { readLine } from "./readable.ts";
import { troubleIn } from "./troubles.ts";

const kindOf = (line: string) => troubleIn(readLine(line).text);

describe("the trouble that a line tells of", () => {
  it.each([
    [
      'connection to server at "db", port 5432 failed: FATAL:  password authentication failed for user "app"',
      "credentials",
    ],
    ["Error: Access denied for user 'app'@'10.1.2.3' (using password: YES)", "credentials"],
    [
      "redis.exceptions.AuthenticationError: WRONGPASS invalid username-password pair or user is disabled.",
      "credentials",
    ],
    [
      'Error creating Pod: pods "run-1" is forbidden: exceeded quota: compute, requested: limits.memory=4Gi, used: limits.memory=2Gi, limited: limits.memory=5Gi',
      "refused_object",
    ],
    [
      '{"level":"error","err":"pods \\"run-1\\" is forbidden: maximum memory usage per Container is 2Gi, but limit is 4Gi"}',
      "refused_object",
    ],
    [
      'E0101 11:58:00.402117 1 controller.go:157] "re-queuing item" err="Internal error occurred: failed calling webhook \\"pods.policy.example\\": failed to call webhook: Post \\"https://policy.policy-system.svc:443/validate?timeout=10s\\": no endpoints available for service \\"policy\\""',
      "webhook",
    ],
    ["OpenSSL::SSL::SSLError: SSL_connect returned=1 errno=0 state=error: wrong version number", "tls_mode"],
    ["write EPROTO 140:error:1408F10B:SSL routines:ssl3_get_record:wrong version number", "tls_mode"],
    ["javax.net.ssl.SSLException: Unsupported or unrecognized SSL message", "tls_mode"],
    ["The server does not support SSL connections", "tls_mode"],
    ['redis: Protocol error, got "\\x15" as reply type byte', "tls_mode"],
    ["NOAUTH Authentication required.", "credentials"],
    ["MongoServerError: Authentication failed.", "credentials"],
    [
      'Exception (403) Reason: "username or password not allowed" ACCESS_REFUSED - Login was refused',
      "credentials",
    ],
    [
      '{"level":"error","msg":"fetch failed","err":{"message":"Request failed: 401 Unauthorized"}}',
      "credentials",
    ],
    ['FATAL:  role "shop" does not exist', "credentials"],
    ['FATAL:  database "shop" does not exist', "schema"],
    ["Unknown database 'shop'", "schema"],
    ['ERROR:  relation "orders" does not exist at character 15', "schema"],
    ["django.db.utils.ProgrammingError: (1146, \"Table 'shop.orders' doesn't exist\")", "schema"],
    ["sqlite3.OperationalError: no such table: orders", "schema"],
    ["ActiveRecord::PendingMigrationError: Migrations are pending.", "schema"],
    ["dial tcp: lookup db on 10.96.0.10:53: no such host", "connection"],
    ["tls: failed to verify certificate: x509: certificate signed by unknown authority", "certificate"],
    ["javax.net.ssl.SSLHandshakeException: PKIX path building failed", "certificate"],
    ["Error: open /etc/app/config.yaml: no such file or directory", "missing_file"],
    ["Error: Cannot find module '/app/server.js'", "missing_file"],
    ["ModuleNotFoundError: No module named 'shop'", "missing_file"],
    ['nginx: [emerg] unknown directive "proxxy_pass" in /etc/nginx/conf.d/default.conf:3', "rejected_file"],
    [
      "Error: failed to load config /etc/app/config.yaml: yaml: line 3: did not find expected key",
      "rejected_file",
    ],
    ["open /data/x: permission denied", "permission"],
    ["write /data/x: no space left on device", "disk"],
    ["listen tcp :8080: bind: address already in use", "port"],
    ["java.lang.OutOfMemoryError: Java heap space", "memory"],
    ["Environment variable DATABASE_URL is required", "variable"],
    ["FATAL:  database files are incompatible with server", "data_directory"],
    ['initdb: error: directory "/var/lib/postgresql/data" exists but is not empty', "data_directory"],
    ["max virtual memory areas vm.max_map_count [65530] is too low", "kernel_setting"],
    ['parse "db:5432": first path segment in URL cannot contain colon', "address"],
    ["TypeError: Invalid URL", "address"],
    ["flag provided but not defined: -verbos", "argument"],
    ["unknown flag: --lisen", "argument"],
    ["app.py: error: unrecognized arguments: --prot 80", "argument"],
    ["error: unexpected argument '--lisen' found", "argument"],
    ["node: bad option: --max-old-space", "argument"],
    ["Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)", "address"],
    ['pods is forbidden: User "system:serviceaccount:shop:default" cannot list resource "pods"', "forbidden"],
  ])("%s: %s", (line, kind) => {
    expect(kindOf(line)).toBe(kind);
  });

  it.each([
    "listening on :8080",
    "GET /login 401 12ms",
    "panic: runtime error: index out of range [3] with length 2",
    "http: TLS handshake error from 10.1.2.3:41: remote error: tls: bad certificate",
    "SyntaxError: Unexpected token '}'",
  ])("is of no known kind: %s", (line) => {
    expect(kindOf(line)).toBeUndefined();
  });

  it("is no missing variable where the container has it", () => {
    expect(troubleIn("API_TOKEN is required", new Set(["API_TOKEN"]))).toBeUndefined();
  });

  const pieces = [
    "error ",
    "/a",
    "a/",
    "relation ",
    '"',
    "x.",
    "401 ",
    "unauthorized",
    "{",
    "\u001b[",
    "1;",
    "Caused by: ",
    "A_",
    ":5",
    "database ",
    "\\",
  ];

  it.each(pieces)("is found in linear time in many times %j", (piece) => {
    const line = piece.repeat(Math.ceil(2_000 / piece.length)).slice(0, 2_000);
    const started = performance.now();
    for (let round = 0; round < 100; round++) kindOf(line);
    explainLog(Array.from({ length: 100 }, () => line));
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("is found in linear time in lines made of what it looks for", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }), (parts) => {
        const line = parts.join("").repeat(200).slice(0, 2_000);
        const started = performance.now();
        kindOf(line);
        expect(performance.now() - started).toBeLessThan(200);
      }),
    );
  });
});
