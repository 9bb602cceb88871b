import { describe, expect, it } from "vitest";
import { explainLog } from "./log-lines.ts";

/** Last words of programs, as they print them, and the line that tells why. */
const LOGS: readonly (readonly [string, string, string])[] = [
  [
    "Spring Boot's report",
    `2026-01-01T10:00:00.000Z  INFO 1 --- [main] com.example.App : Starting App
2026-01-01T10:00:01.000Z ERROR 1 --- [main] o.s.b.d.LoggingFailureAnalysisReporter   :

***************************
APPLICATION FAILED TO START
***************************

Description:

Failed to configure a DataSource: 'url' attribute is not specified and no embedded datasource could be configured.

Reason: Failed to determine a suitable driver class


Action:

Consider the following:
\tIf you want an embedded database (H2, HSQL or Derby), please put it on the classpath.`,
    "Failed to configure a DataSource: 'url' attribute is not specified and no embedded datasource could be configured.",
  ],
  [
    "Spring Boot's log with nested causes",
    `2026-01-01T10:00:01.000Z ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed

org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'entityManagerFactory'
\tat org.springframework.X.y(X.java:1) ~[app.jar]
Caused by: org.hibernate.exception.JDBCConnectionException: Unable to open JDBC Connection
\tat org.hibernate.X.y(X.java:1)
\t... 30 common frames omitted
Caused by: org.postgresql.util.PSQLException: FATAL: password authentication failed for user "app"
\tat org.postgresql.X.y(X.java:1)
\t... 45 common frames omitted
`,
    'Caused by: org.postgresql.util.PSQLException: FATAL: password authentication failed for user "app"',
  ],
  [
    "RabbitMQ",
    `2026-01-01 10:00:00.000 [error] <0.230.0>
2026-01-01 10:00:00.000 [error] <0.230.0> BOOT FAILED
2026-01-01 10:00:00.000 [error] <0.230.0> ===========
2026-01-01 10:00:00.000 [error] <0.230.0> Error during startup: {error,{could_not_start_listener,"::",5672,eaddrinuse}}
2026-01-01 10:00:00.000 [error] <0.230.0> `,
    '2026-01-01 10:00:00.000 [error] <0.230.0> Error during startup: {error,{could_not_start_listener,"::",5672,eaddrinuse}}',
  ],
  [
    "Prisma",
    'error: Environment variable not found: DATABASE_URL.\n  -->  schema.prisma:7\n   |\n 6 |   provider = "postgresql"\n\nValidation Error Count: 1\n[Context: getConfig]',
    "error: Environment variable not found: DATABASE_URL.",
  ],
  [
    "uvicorn",
    `INFO:     Waiting for application startup.
ERROR:    Traceback (most recent call last):
  File "/usr/lib/python3/starlette/routing.py", line 1, in lifespan
redis.exceptions.ConnectionError: Error -2 connecting to cache:6379. Name or service not known.

ERROR:    Application startup failed. Exiting.`,
    "redis.exceptions.ConnectionError: Error -2 connecting to cache:6379. Name or service not known.",
  ],
  [
    "Spring Boot's exception below its log line",
    `2026-01-01T10:00:01.100Z ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed

org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'x'
\tat a.b.C.d(C.java:1)
Caused by: java.net.UnknownHostException: db
\tat a.b.C.d(C.java:1)`,
    "Caused by: java.net.UnknownHostException: db",
  ],
  [
    "Python's chained exceptions",
    `Traceback (most recent call last):
  File "/app/settings.py", line 4, in load
    return os.environ["REGION"]
KeyError: 'REGION'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
    load()
RuntimeError: settings are not complete`,
    "RuntimeError: settings are not complete",
  ],
  [
    "gunicorn",
    `[2026-01-01 10:00:00 +0000] [1] [INFO] Starting gunicorn 23.0.0
[2026-01-01 10:00:00 +0000] [7] [ERROR] Exception in worker process
Traceback (most recent call last):
  File "/usr/lib/python3/gunicorn/arbiter.py", line 608, in spawn_worker
    worker.init_process()
ModuleNotFoundError: No module named 'shop'
[2026-01-01 10:00:00 +0000] [7] [INFO] Worker exiting (pid: 7)
[2026-01-01 10:00:01 +0000] [1] [ERROR] Worker (pid:7) exited with code 3
[2026-01-01 10:00:01 +0000] [1] [ERROR] Shutting down: Master
[2026-01-01 10:00:01 +0000] [1] [ERROR] Reason: Worker failed to boot.`,
    "ModuleNotFoundError: No module named 'shop'",
  ],
  [
    "Django",
    `Traceback (most recent call last):
  File "/app/manage.py", line 22, in <module>
    main()
django.core.exceptions.ImproperlyConfigured: Set the SECRET_KEY environment variable`,
    "django.core.exceptions.ImproperlyConfigured: Set the SECRET_KEY environment variable",
  ],
  [
    "SQLAlchemy",
    `Traceback (most recent call last):
  File "/app/db.py", line 3, in connect
psycopg2.OperationalError: connection to server at "db" (10.96.1.5), port 5432 failed: FATAL:  password authentication failed for user "app"

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) connection to server at "db" (10.96.1.5), port 5432 failed: FATAL:  password authentication failed for user "app"

(Background on this error at: https://sqlalche.me/e/20/e3q8)`,
    'sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) connection to server at "db" (10.96.1.5), port 5432 failed: FATAL:  password authentication failed for user "app"',
  ],
  [
    "Go's log.Fatal",
    "2026/01/01 10:00:00 starting\n2026/01/01 10:00:01 open /etc/app/config.yaml: no such file or directory",
    "2026/01/01 10:00:01 open /etc/app/config.yaml: no such file or directory",
  ],
  [
    "zap",
    '{"level":"info","ts":1767261600.0,"msg":"error budget loaded"}\n{"level":"fatal","ts":1767261600.1,"caller":"app/main.go:22","msg":"open store","error":"dial tcp: lookup db: no such host","stacktrace":"main.main\\n\\t/src/main.go:22"}',
    '{"level":"fatal","ts":1767261600.1,"caller":"app/main.go:22","msg":"open store","error":"dial tcp: lookup db: no such host","stacktrace":"main.main\\n\\t/src/main.go:22"}',
  ],
  [
    "zap for people",
    '2026-01-01T10:00:00.000Z\tINFO\tapp/main.go:5\tstarting\n2026-01-01T10:00:01.000Z\tFATAL\tapp/main.go:9\topen store\t{"error": "EOF"}\nmain.main\n\t/src/main.go:9',
    '2026-01-01T10:00:01.000Z\tFATAL\tapp/main.go:9\topen store\t{"error": "EOF"}',
  ],
  [
    "slog",
    'time=2026-01-01T10:00:00Z level=INFO msg=starting\ntime=2026-01-01T10:00:01Z level=ERROR msg="open store" err=EOF',
    'time=2026-01-01T10:00:01Z level=ERROR msg="open store" err=EOF',
  ],
  [
    "pino",
    '{"level":30,"time":1,"msg":"no error so far"}\n{"level":60,"time":2,"err":{"type":"Error","message":"connect ECONNREFUSED 10.96.0.7:5432","stack":"Error: connect"},"msg":"boot"}\n{"level":30,"time":3,"msg":"bye"}',
    '{"level":60,"time":2,"err":{"type":"Error","message":"connect ECONNREFUSED 10.96.0.7:5432","stack":"Error: connect"},"msg":"boot"}',
  ],
  [
    "npm around Node",
    `> shop@1.0.0 start
> node server.js

node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module '/app/server.js'
    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15) {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v22.11.0
npm error code ELIFECYCLE
npm error errno 1
npm error A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log`,
    "Error: Cannot find module '/app/server.js'",
  ],
  [
    "npm itself",
    'npm error Missing script: "start"\nnpm error\nnpm error To see a list of scripts, run:\nnpm error   npm run\nnpm error A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log',
    'npm error Missing script: "start"',
  ],
  [
    "Rails",
    `rails aborted!
ActiveRecord::DatabaseConnectionError: There is an issue connecting with your hostname: db. (ActiveRecord::DatabaseConnectionError)
/usr/local/bundle/gems/activerecord-7.1/lib/x.rb:81:in 'rescue in new_client'
Tasks: TOP => db:prepare
(See full trace by running task with --trace)`,
    "ActiveRecord::DatabaseConnectionError: There is an issue connecting with your hostname: db. (ActiveRecord::DatabaseConnectionError)",
  ],
  [
    "bundler",
    "Could not find gem 'pg (~> 1.5)' in locally installed gems.\nRun `bundle install` to install missing gems.",
    "Could not find gem 'pg (~> 1.5)' in locally installed gems.",
  ],
  [
    ".NET's inner exceptions",
    `Unhandled exception. Npgsql.NpgsqlException (0x80004005): Exception while reading from stream
 ---> System.InvalidOperationException: outer
 ---> System.Net.Sockets.SocketException (111): Connection refused
   at System.Net.Sockets.Socket.Connect()
   --- End of inner exception stack trace ---
   at Program.Main()`,
    " ---> System.Net.Sockets.SocketException (111): Connection refused",
  ],
  [
    ".NET's console logger",
    "info: Microsoft.Hosting.Lifetime[0]\n      Application started.\ncrit: Microsoft.AspNetCore.Server.Kestrel[0]\n      Unable to start Kestrel.\n      System.IO.IOException: Failed to bind to address http://[::]:80: address already in use.",
    "      Unable to start Kestrel.",
  ],
  [
    "Apache",
    "(98)Address already in use: AH00072: make_sock: could not bind to address [::]:80\nno listening sockets available, shutting down\nAH00015: Unable to open logs",
    "(98)Address already in use: AH00072: make_sock: could not bind to address [::]:80",
  ],
  [
    "PostgreSQL on another version's directory",
    "2026-01-01 10:00:00.000 UTC [1] FATAL:  database files are incompatible with server\n2026-01-01 10:00:00.000 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 17.2.",
    "2026-01-01 10:00:00.000 UTC [1] FATAL:  database files are incompatible with server",
  ],
  [
    "MySQL's last words",
    "2026-01-01T10:00:00.1Z 0 [ERROR] [MY-000067] [Server] unknown variable 'max_conections=100'.\n2026-01-01T10:00:00.2Z 0 [ERROR] [MY-010119] [Server] Aborting",
    "2026-01-01T10:00:00.1Z 0 [ERROR] [MY-000067] [Server] unknown variable 'max_conections=100'.",
  ],
  [
    "Redis",
    "\n*** FATAL CONFIG FILE ERROR (Redis 7.4.1) ***\nReading the configuration file, at line 3\n>>> 'maxmemoryy 100mb'\nBad directive or wrong number of arguments",
    "Bad directive or wrong number of arguments",
  ],
  [
    "MongoDB",
    '{"t":{"$date":"2026-01-01T10:00:00.000Z"},"s":"I","c":"CONTROL","id":1,"ctx":"main","msg":"no error"}\n{"t":{"$date":"2026-01-01T10:00:00.000Z"},"s":"E","c":"CONTROL","id":20557,"ctx":"initandlisten","msg":"DBException in initAndListen, terminating","attr":{"error":"IllegalOperation: Attempted to create a lock file on a read-only directory: /data/db"}}\n{"t":{"$date":"2026-01-01T10:00:00.000Z"},"s":"I","c":"CONTROL","id":23138,"ctx":"initandlisten","msg":"Shutting down","attr":{"exitCode":100}}',
    '{"t":{"$date":"2026-01-01T10:00:00.000Z"},"s":"E","c":"CONTROL","id":20557,"ctx":"initandlisten","msg":"DBException in initAndListen, terminating","attr":{"error":"IllegalOperation: Attempted to create a lock file on a read-only directory: /data/db"}}',
  ],
  [
    "Kafka",
    '[2026-01-01 10:00:00,000] ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)\norg.apache.kafka.common.config.ConfigException: Missing required configuration "process.roles" which has no default value.\n\tat org.apache.kafka.X.y(X.java:1)',
    'org.apache.kafka.common.config.ConfigException: Missing required configuration "process.roles" which has no default value.',
  ],
  [
    "Elasticsearch",
    "ERROR: [1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.\nbootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]\nERROR: Elasticsearch did not exit normally - check the logs at /usr/share/elasticsearch/logs/docker-cluster.log",
    "bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]",
  ],
  [
    "Envoy",
    "[2026-01-01 10:00:00.000][1][info][main] [source/server/server.cc:430] initializing epoch 0\n[2026-01-01 10:00:00.001][1][critical][main] [source/server/server.cc:131] error initializing configuration '/etc/envoy/envoy.yaml': Unable to parse JSON as proto\n[2026-01-01 10:00:00.002][1][info][main] [source/server/server.cc:972] exiting",
    "[2026-01-01 10:00:00.001][1][critical][main] [source/server/server.cc:131] error initializing configuration '/etc/envoy/envoy.yaml': Unable to parse JSON as proto",
  ],
  [
    "Rust's panic",
    "thread 'main' panicked at src/main.rs:5:47:\ncalled `Result::unwrap()` on an `Err` value: Os { code: 2, kind: NotFound, message: \"No such file or directory\" }\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    'called `Result::unwrap()` on an `Err` value: Os { code: 2, kind: NotFound, message: "No such file or directory" }',
  ],
  [
    "Rust's chain of errors",
    "Error: cannot start\n\nCaused by:\n    0: error communicating with database\n    1: Connection refused (os error 111)",
    "    1: Connection refused (os error 111)",
  ],
  [
    "a script that stops at the first error",
    "+ migrate up\n/entrypoint.sh: line 12: migrate: command not found",
    "/entrypoint.sh: line 12: migrate: command not found",
  ],
  [
    "supervisord",
    "2026-01-01 10:00:00,000 INFO spawned: 'app' with pid 7\nValueError: bad port\n2026-01-01 10:00:01,000 WARN exited: app (exit status 1; not expected)\n2026-01-01 10:00:05,000 INFO gave up: app entered FATAL state, too many start retries too quickly",
    "ValueError: bad port",
  ],
  [
    "a coloured log",
    "\u001b[32minfo\u001b[0m: up\n\u001b[31mERROR\u001b[0m \u001b[1mcannot open store\u001b[0m",
    "\u001b[31mERROR\u001b[0m \u001b[1mcannot open store\u001b[0m",
  ],
  [
    "Laravel",
    `[2026-01-01 10:00:00] production.ERROR: SQLSTATE[HY000] [1045] Access denied for user 'app'@'10.1.2.3' (using password: YES) {"exception":"[object] (Illuminate\\\\Database\\\\QueryException(code: 1045)"
[stacktrace]
#0 /var/www/vendor/laravel/framework/src/X.php(1): y()
#1 {main}
"}`,
    `[2026-01-01 10:00:00] production.ERROR: SQLSTATE[HY000] [1045] Access denied for user 'app'@'10.1.2.3' (using password: YES) {"exception":"[object] (Illuminate\\\\Database\\\\QueryException(code: 1045)"`,
  ],
];

describe("the last words of a program", () => {
  it.each(LOGS)("tell the reason: %s", (_, text, line) => {
    expect(explainLog(text.split("\n"))?.line).toBe(line);
  });

  it("keep Python's first exception with the one it led to", () => {
    const text = LOGS.find(([name]) => name.startsWith("Python's chained"))?.[1] ?? "";
    expect(explainLog(text.split("\n"))?.block).toContain("KeyError: 'REGION'");
  });

  it("keep every cause of a long trace, and drop frames instead", () => {
    const frames = Array.from({ length: 60 }, (_, index) => `\tat a.B.c(B.java:${index})`);
    const text = ["x.AException: outer", ...frames, "Caused by: x.BException: middle", ...frames];
    const { block, line } = explainLog([...text, "Caused by: x.CException: inner", ...frames]) ?? {};
    expect(block).toHaveLength(20);
    expect(block).toContain("Caused by: x.BException: middle");
    expect(line).toBe("Caused by: x.CException: inner");
  });
});
