import { describe, expect, it } from "vitest";
import { tlsMismatch } from "./tls-phrases.ts";

describe("a line about TLS on one side only", () => {
  it.each([
    [
      "Connections using insecure transport are prohibited while --require_secure_transport=ON.",
      "plain",
      true,
    ],
    ["Bootstrap broker events.shop.svc:9093 (id: -1 rack: null) disconnected", "plain", false],
    ['Get "https://api:8080": http: server gave HTTP response to HTTPS client', "tls", true],
    ["error:0A00010B:SSL routines::wrong version number", "tls", true],
    ["pq: SSL is not enabled on the server, server does not support SSL", "tls", true],
  ])("%s", (line, client, isClear) => {
    expect(tlsMismatch(line)).toEqual({ client, isClear });
  });

  it.each([
    "http: TLS handshake error from 10.1.2.3:4711: client sent an HTTP request to an HTTPS server",
    'rejected connection from "10.1.2.3:4711" (error "tls: first record does not look like a TLS handshake")',
    "SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking, client: 10.1.2.3",
    "Node 3 disconnected.",
  ])("is none, or of a server about its clients: %s", (line) => {
    expect(tlsMismatch(line)).toBeUndefined();
  });
});
