import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { graveLines } from "./line-rank.ts";
import { explainLog } from "./log-lines.ts";

const explain = (text: string) => explainLog(text.split("\n"));

describe("explainLog", () => {
  it.each([
    [
      "Node",
      `starting
node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module 'express'
Require stack:
- /app/server.js
    at Function._resolveFilename (node:internal/modules/cjs/loader:1207:15)

Node.js v20.20.2`,
      "Error: Cannot find module 'express'",
    ],
    [
      "Java",
      `2026-01-01 INFO starting
Exception in thread "main" java.lang.IllegalStateException: no data source
\tat com.example.Main.main(Main.java:5)
Caused by: java.net.UnknownHostException: db
\tat java.base/java.net.InetAddress.getByName(InetAddress.java:1)
\t... 3 more`,
      "Caused by: java.net.UnknownHostException: db",
    ],
    [
      "a warning above a bare failure",
      `2026-01-01 11:57:10,8 [INFO][9] startup/startup.go 432: Early log level set to info
2026-01-01 11:57:10,8 [WARNING][9] startup/autodetection_methods.go 99: Unable to auto-detect an IPv4 address using interface regexes [ens.*]: no valid host interfaces found
2026-01-01 11:57:10,8 [WARNING][9] startup/utils.go 48: Terminating
Calico node failed to start`,
      "2026-01-01 11:57:10,8 [WARNING][9] startup/autodetection_methods.go 99: Unable to auto-detect an IPv4 address using interface regexes [ens.*]: no valid host interfaces found",
    ],
    ["a bare failure alone", "starting\nAgent failed to start", "Agent failed to start"],
    [
      "Go",
      `listening soon
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48]

goroutine 1 [running]:
main.main()
\t/src/main.go:5 +0x1d`,
      "panic: runtime error: invalid memory address or nil pointer dereference",
    ],
    [
      "Python",
      `INFO booting
Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    os.environ["DATABASE_URL"]
KeyError: 'DATABASE_URL'`,
      "KeyError: 'DATABASE_URL'",
    ],
    [
      "Ruby",
      "booting\n/app/config.rb:3:in `fetch': key not found: \"PORT\" (KeyError)\n\tfrom /app/config.rb:3:in `<main>'",
      '/app/config.rb:3:in `fetch\': key not found: "PORT" (KeyError)',
    ],
    [
      "PHP",
      "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /app/db.php:4\nStack trace:\n#0 /app/db.php(4): PDO->__construct()\n#1 {main}\n  thrown in /app/db.php on line 4",
      "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /app/db.php:4",
    ],
    [
      ".NET",
      "info: starting\nUnhandled exception. System.InvalidOperationException: no endpoint\n   at Program.Main(String[] args)",
      "Unhandled exception. System.InvalidOperationException: no endpoint",
    ],
    [
      "nginx",
      '2026/01/01 12:00:00 [notice] 1#1: using the "epoll" event method\n2026/01/01 12:00:00 [emerg] 1#1: host not found in upstream "api" in /etc/nginx/conf.d/default.conf:3\nnginx: [emerg] host not found in upstream "api" in /etc/nginx/conf.d/default.conf:3',
      'nginx: [emerg] host not found in upstream "api" in /etc/nginx/conf.d/default.conf:3',
    ],
    [
      "PostgreSQL",
      '2026-01-01 12:00:00 UTC [1] LOG:  starting PostgreSQL 17\n2026-01-01 12:00:00 UTC [1] FATAL:  data directory "/data" has wrong ownership\n2026-01-01 12:00:00 UTC [1] HINT:  The server must be started by the user that owns the data directory.',
      '2026-01-01 12:00:00 UTC [1] FATAL:  data directory "/data" has wrong ownership',
    ],
    [
      "MySQL",
      "2026-01-01 [System] starting\n2026-01-01T12:00:00Z 0 [ERROR] [MY-010187] [Server] Could not open file '/var/log/mysqld.log'\n2026-01-01T12:00:01Z 0 [System] [MY-010910] Shutdown complete",
      "2026-01-01T12:00:00Z 0 [ERROR] [MY-010187] [Server] Could not open file '/var/log/mysqld.log'",
    ],
    ["a shell", "sh: 1: serve: not found", "sh: 1: serve: not found"],
    [
      "JSON lines",
      '{"level":"info","msg":"0 errors"}\n{"level":"error","msg":"boom"}',
      '{"level":"error","msg":"boom"}',
    ],
  ])("finds the error of %s", (_, text, line) => {
    expect(explain(text)?.line).toBe(line);
  });

  it("keeps a Python traceback whole", () => {
    const text =
      'up\nTraceback (most recent call last):\n  File "m.py", line 1, in f\n    f()\nValueError: bad\n';
    expect(explain(text)?.block).toEqual(text.trim().split("\n").slice(1));
  });

  it("keeps the fields that a validator lists", () => {
    const text = "pydantic.ValidationError: 1 validation error for Settings\nAPI_URL\n  Field required";
    expect(explain(text)?.block).toEqual(text.split("\n"));
  });

  it("keeps the frames of a Java exception with its reason", () => {
    const block = explain(
      'Exception in thread "main" E: a\n\tat X.y(X.java:1)\nCaused by: R: b\n\tat Z.z(Z.java:2)',
    )?.block;
    expect(block).toHaveLength(4);
  });

  it("takes the last line when no line tells of an error, and nothing from an empty log", () => {
    expect(explain("one\ntwo\n")?.line).toBe("two");
    expect(explain("\n \n")).toBeUndefined();
  });

  it("answers with a line of the log whatever it holds", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 40 }), (lines) => {
        const found = explainLog(lines);
        if (found) expect(lines).toContain(found.line);
        else
          expect(
            lines.every(
              (line) => line.trim() === "" || /^[\s#}]|^(?:Stack trace:|goroutine |Node\.js v)/.test(line),
            ),
          ).toBe(true);
      }),
    );
  });

  it("takes time linear in the size of the log on hostile lines", () => {
    const hostile = Array.from({ length: 100 }, () => `${"error exception ".repeat(125)}`);
    const started = performance.now();
    for (let round = 0; round < 20; round++) explainLog(hostile);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("explainLog's conclusive", () => {
  it.each([
    ["panic: no such host", true],
    ["java.lang.IllegalStateException: no data source", true],
    ["Error: open /etc/app.yaml: no such file or directory", true],
    ["F0101 11:57:20.000000 1 main.go:80] caches did not sync", true],
    ["WARN error: retry", false],
    ["startup failed", false],
    ["bye", false],
  ])("%s: %s", (line, conclusive) => {
    expect(explain(line)?.conclusive).toBe(conclusive);
  });
});

describe("graveLines", () => {
  it("leaves out information, warnings that a graver line follows, and text below harmless lines", () => {
    const text =
      "WARN refused once\nINFO timeout is off\nERROR refused\nUsage:\n  timed out after\nWARN refused again";
    expect(graveLines(text.split("\n"))).toEqual(["ERROR refused", "WARN refused again"]);
  });
});
