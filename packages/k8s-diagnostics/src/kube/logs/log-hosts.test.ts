import { describe, expect, it } from "vitest";
import { connectionProblem, hostsIn } from "./log-hosts.ts";

describe("a log line about a connection", () => {
  it.each([
    ["dial tcp: lookup db on 10.96.0.10:53: no such host", "dns", "db", undefined],
    ["dial tcp 10.96.12.7:5432: connect: connection refused", "refused", "10.96.12.7", 5432],
    ["Error: getaddrinfo ENOTFOUND db.shop.svc.cluster.local", "dns", "db.shop.svc.cluster.local", undefined],
    [
      "[error] 29#29: *8 web-api could not be resolved (3: Host not found), client: 10.244.0.1",
      "dns",
      "web-api",
      undefined,
    ],
    ["Error: connect ECONNREFUSED 10.96.12.7:6379", "refused", "10.96.12.7", 6379],
    ["ORA-12541: Cannot connect. No listener at host books-db port 1521.", "refused", "books-db", 1521],
    ["Error: connect ETIMEDOUT 10.96.12.7:6379", "timeout", "10.96.12.7", 6379],
    ["java.net.UnknownHostException: db: Name or service not known", "dns", "db", undefined],
    [
      "org.postgresql.util.PSQLException: Connection to db:5432 refused. Check that the hostname and port are correct (connection refused)",
      "refused",
      "db",
      5432,
    ],
    [
      'connection to server at "db" (10.96.12.7), port 5432 failed: Connection refused',
      "refused",
      "db",
      5432,
    ],
    ['could not translate host name "db" to address: Name or service not known', "dns", "db", undefined],
    ["ERROR 2005 (HY000): Unknown MySQL server host 'db' (-2)", "dns", "db", undefined],
    [
      "redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.",
      "refused",
      "cache",
      6379,
    ],
    [
      "requests.exceptions.ConnectionError: HTTPConnectionPool(host='api', port=80): Max retries exceeded: Connection refused",
      "refused",
      "api",
      80,
    ],
    [
      'nginx: [emerg] host not found in upstream "api:8080" in /etc/nginx/conf.d/default.conf:3',
      "dns",
      "api",
      8080,
    ],
    ["dial tcp: lookup db on 10.96.0.10:53: read udp: i/o timeout", "dns", "db", undefined],
    ["request timed out after 30s waiting for http://api:8080", "timeout", "api", 8080],
    ["curl: (6) Could not resolve host: api", "dns", "api", undefined],
    ["curl: (7) Failed to connect to api port 80 after 1 ms: Connection refused", "refused", "api", 80],
    ["wget: bad address 'api:8080'", "dns", "api", 8080],
    [
      "wget: can't connect to remote host (10.96.12.7): Connection refused",
      "refused",
      "10.96.12.7",
      undefined,
    ],
    ["waiting for report-store:80: connection refused", "refused", "report-store", 80],
    ["PrismaClientInitializationError: Can't reach database server at `db:5432`", "refused", "db", 5432],
    ["** server can't find db.shop: NXDOMAIN", "dns", "db.shop", undefined],
    ['Get "http://api:8080/v1": dial tcp 10.96.1.1:8080: i/o timeout', "timeout", "api", 8080],
  ])("%s", (line, problem, host, port) => {
    expect(connectionProblem(line)).toBe(problem);
    expect(hostsIn(line)[0]).toEqual({ host, port });
  });

  it("takes no words of libc for a host", () => {
    const line = "dns error: failed to lookup address information: Name or service not known";
    expect([connectionProblem(line), hostsIn(line)]).toEqual(["dns", []]);
  });

  it("takes no client of a web server for the other side of a connection", () => {
    const line =
      "[Wed Mar 11 14:20:43 2026] [php:warn] [pid 231] [client 10.244.3.13:40077] PHP Warning:  mysqli_real_connect(): (HY000/2002): Connection timed out in /srv/www/db.php on line 1988";
    expect([connectionProblem(line), hostsIn(line)]).toEqual(["timeout", []]);
  });

  it.each([
    "error: timed out waiting for caches to sync",
    "Connection is not available, request timed out after 30000ms",
    "listening on :8080",
    "ValueError: bad port",
    "connect timeout is 5 s",
    "retry in main.go:12",
  ])("is none: %s", (line) => {
    expect(connectionProblem(line)).toBeUndefined();
    expect(hostsIn(line)).toEqual([]);
  });

  it("is read in linear time", () => {
    const line = `lookup ${"a.".repeat(400)} server at "${"x".repeat(300)} ECONNREFUSED ${"1.".repeat(200)}`;
    const started = performance.now();
    for (let round = 0; round < 200; round++) hostsIn(line);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
