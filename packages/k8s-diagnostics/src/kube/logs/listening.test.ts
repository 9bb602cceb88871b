import { describe, expect, it } from "vitest";
import { listeningPort } from "./listening.ts";

describe("the port that a program says it listens on", () => {
  it.each([
    [
      "o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat started on port 9001 (http) with context path '/'",
      9001,
    ],
    ["Tomcat started on port(s): 8080 (http)", 8080],
    ["[2026-01-15 08:48:20 +0000] [1] [INFO] Listening at: http://0.0.0.0:8000 (1)", 8000],
    ['{"time":"2026-01-15T08:48:20Z","level":"INFO","msg":"listening","addr":":8443"}', 8443],
    ['level=INFO source=tls_config.go:347 msg="Listening on" address=[::]:9187', 9187],
    ["Server running on http://localhost:3000", 3000],
    ["INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)", 8000],
    ["kiosk 7.3.1 listening on :3000", 3000],
    ["started at 2026-01-15 10:45:59", undefined],
    ["dial tcp 10.0.0.1:5432: connection refused", undefined],
  ])("is read from %s", (line, port) => {
    expect(listeningPort(line)).toBe(port);
  });
});
