import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ApiEndpoint,
  type ReceivedRequest,
  type Reply,
  startApiEndpoint,
  statusBody,
} from "../testing/api-endpoint.ts";
import type { Access, AccessSource } from "./access.ts";
import { keepSession, type SessionKeeper } from "./session.ts";
import { createTransport, type Send, type TransportOptions } from "./transport.ts";

const PODS = { path: ["api", "v1", "pods"] };
const URL_OF_PODS = "/api/v1/pods";

let api: ApiEndpoint;
let keeper: SessionKeeper;
let renewals: number;

beforeEach(async () => {
  api = await startApiEndpoint();
  renewals = 0;
});
afterEach(async () => {
  await keeper.close();
  await api.close();
});

function transport(options: TransportOptions = {}, server = api.url): Send {
  const obtain = async ({ renew }: { renew: boolean }): Promise<Access> => {
    if (renew) renewals++;
    return {
      server: new URL(server),
      tls: { rejectUnauthorized: true },
      headers: { authorization: `Bearer token-${renewals}` },
      expiresAt: Date.now() + 60_000,
    };
  };
  const source: AccessSource = { cluster: { name: "test", source: "kubeconfig" }, obtain };
  keeper = keepSession(source, { connections: 4, connectTimeoutMs: 500 });
  return createTransport(keeper, new URL(server).host, {
    timeoutMs: 5_000,
    attemptTimeoutMs: 200,
    backoffMs: 5,
    ...options,
  });
}

const failWith = (code: string) => expect.objectContaining({ name: "ClusterError", code });

describe("a request that fails", () => {
  it.each<{ reply: Reply; code: string; tries: number }>([
    { reply: { status: 400 }, code: "rejected", tries: 1 },
    { reply: { status: 401 }, code: "unauthorized", tries: 2 },
    { reply: { status: 403 }, code: "forbidden", tries: 1 },
    { reply: { status: 404 }, code: "not_found", tries: 1 },
    { reply: { status: 409 }, code: "conflict", tries: 1 },
    { reply: { status: 422 }, code: "rejected", tries: 1 },
    { reply: { status: 302, headers: { location: "https://login.example" } }, code: "rejected", tries: 1 },
    { reply: { status: 429 }, code: "throttled", tries: 4 },
    { reply: { status: 500 }, code: "server_error", tries: 4 },
    { reply: { status: 501 }, code: "server_error", tries: 1 },
    { reply: { status: 502, body: "<html>" }, code: "server_error", tries: 4 },
    { reply: { status: 503 }, code: "server_error", tries: 4 },
    { reply: { status: 504 }, code: "timeout", tries: 4 },
    { reply: { body: "<html>hello</html>" }, code: "server_error", tries: 4 },
    { reply: { body: { items: [1, 2, 3] }, fault: "truncate" }, code: "server_error", tries: 4 },
    { reply: { fault: "reset" }, code: "unreachable", tries: 4 },
    { reply: { body: { items: [1, 2, 3] }, fault: "close_in_body" }, code: "unreachable", tries: 4 },
    { reply: { fault: "hang" }, code: "timeout", tries: 4 },
    { reply: { body: { items: [1, 2, 3] }, fault: "stall" }, code: "timeout", tries: 4 },
  ])("with $reply has the code $code after $tries tries", async ({ reply, code, tries }) => {
    api.on(URL_OF_PODS, reply);
    await expect(transport()(PODS)).rejects.toEqual(failWith(code));
    expect(api.requests).toHaveLength(tries);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE"] as const)(
    "is not sent again when it is a %s",
    async (method) => {
      const send = transport();
      for (const reply of [
        { status: 429 },
        { status: 503 },
        { fault: "reset" },
        { fault: "hang" },
      ] as const) {
        api.on(URL_OF_PODS, reply);
        const before = api.requests.length;
        await expect(send({ ...PODS, method })).rejects.toMatchObject({ name: "ClusterError" });
        expect(api.requests.length - before).toBe(1);
      }
    },
  );

  it.each([
    { server: "http://127.0.0.1:1", reason: "ECONNREFUSED" },
    { server: "http://no-such-host.invalid", reason: /ENOTFOUND|EAI_AGAIN/ },
  ])("names the server that cannot be reached and why: $server", async ({ server, reason }) => {
    const failure = transport({}, server)(PODS);
    await expect(failure).rejects.toEqual(failWith("unreachable"));
    await expect(failure).rejects.toThrow(new URL(server).host);
    await expect(failure).rejects.toThrow(reason);
  });

  it("repeats what the server said, cleaned, redacted and shortened", async () => {
    const message = `no\u001b[31m\u202e\nway ${"Bearer abcdefghijkl"} ${"x".repeat(1_000)}`;
    api.on(URL_OF_PODS, { status: 403, body: statusBody(403, message) });
    const error = await transport()(PODS).catch((caught: Error) => caught);
    expect(String(error)).toContain("no [31m way Bearer [redacted] xxx");
    expect(String(error).length).toBeLessThan(500);
  });

  it("is refused before anything is sent when a segment is no name", async () => {
    await expect(transport()({ path: ["api", "v1", "pods", ".."] })).rejects.toEqual(
      failWith("invalid_name"),
    );
    expect(api.requests).toHaveLength(0);
  });

  it("with a body over the limit is an error, or the beginning when that is enough", async () => {
    api.on(URL_OF_PODS, { body: "x".repeat(10_000) });
    const send = transport();
    await expect(send({ ...PODS, accept: "*/*", maxBytes: 1_000 })).rejects.toEqual(failWith("rejected"));
    const { bytes, cut } = await send({ ...PODS, accept: "*/*", maxBytes: 1_000, overflow: "cut" });
    expect([bytes.length, cut]).toEqual([1_000, true]);
    const whole = await send({ ...PODS, accept: "*/*", maxBytes: 10_000 });
    expect([whole.bytes.length, whole.cut]).toEqual([10_000, false]);
  });
});

describe("a read that is sent again", () => {
  it.each<Reply>([
    { status: 500 },
    { status: 503 },
    { fault: "reset" },
    { fault: "hang" },
    { body: "{", status: 200 },
  ])("answers when the trouble (%j) passes", async (reply) => {
    api.on(URL_OF_PODS, reply, reply, { body: { ok: true } });
    expect((await transport()(PODS)).json).toEqual({ ok: true });
  });

  it.each([
    { form: "seconds", retryAfter: () => "1", atLeast: 1_000 },
    { form: "a date", retryAfter: () => new Date(Date.now() + 2_000).toUTCString(), atLeast: 900 },
  ])("is never earlier than Retry-After in $form", async ({ retryAfter, atLeast }) => {
    api.on(URL_OF_PODS, () => ({ status: 429, headers: { "retry-after": retryAfter() } }), { body: {} });
    await transport()(PODS);
    const [first, second] = api.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(atLeast - 5);
  });

  it("gives up at once when Retry-After lies beyond the deadline", async () => {
    api.on(URL_OF_PODS, { status: 429, headers: { "retry-after": "60" } });
    const started = performance.now();
    await expect(transport()(PODS)).rejects.toEqual(failWith("throttled"));
    expect(performance.now() - started).toBeLessThan(500);
    expect(api.requests).toHaveLength(1);
  });

  it("keeps its connection for the next call", async () => {
    api.on(URL_OF_PODS, { body: {} });
    const send = transport();
    for (let call = 0; call < 20; call++) await send(PODS);
    expect(api.connections()).toBeLessThanOrEqual(2);
  });

  it("opens no more connections than allowed", async () => {
    api.on(URL_OF_PODS, { body: {}, delayMs: 5 });
    const send = transport();
    await Promise.all(Array.from({ length: 100 }, () => send(PODS)));
    expect(api.connections()).toBeLessThanOrEqual(4);
  });
});

describe("an end of time", () => {
  it.each<Reply>([{ fault: "hang" }, { fault: "stall", body: [1, 2, 3] }, { status: 503 }])(
    "ends a call by %j at its deadline",
    async (reply) => {
      api.on(URL_OF_PODS, reply);
      const started = performance.now();
      const send = transport({ timeoutMs: 300, attemptTimeoutMs: 10_000, backoffMs: 1_000 });
      await expect(send(PODS)).rejects.toMatchObject({ retryable: true });
      expect(performance.now() - started).toBeLessThan(800);
    },
  );

  it("by the caller is cancelled, during a request, a pause, and before either", async () => {
    const send = transport({ attemptTimeoutMs: 5_000 });
    for (const reply of [{ fault: "hang" }, { status: 429, headers: { "retry-after": "4" } }] as const) {
      api.on(URL_OF_PODS, reply);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 50);
      await expect(send({ ...PODS, signal: controller.signal })).rejects.toEqual(failWith("cancelled"));
    }
    const before = api.requests.length;
    await expect(send({ ...PODS, signal: AbortSignal.abort() })).rejects.toEqual(failWith("cancelled"));
    expect(api.requests).toHaveLength(before);
  });

  it("by a caller's own timeout is a timeout", async () => {
    api.on(URL_OF_PODS, { fault: "hang" });
    const signal = AbortSignal.timeout(50);
    await expect(transport({ attemptTimeoutMs: 5_000 })({ ...PODS, signal })).rejects.toEqual(
      failWith("timeout"),
    );
  });
});

describe("refused credentials", () => {
  const needsToken =
    (token: string) =>
    (request: ReceivedRequest): Reply =>
      request.headers.authorization === `Bearer ${token}` ? { body: { ok: true } } : { status: 401 };

  it("are renewed once for all that were refused, and each request is sent again once", async () => {
    api.on(URL_OF_PODS, needsToken("token-1"));
    const send = transport();
    const answers = await Promise.all(Array.from({ length: 4 }, () => send(PODS)));
    expect(answers.map(({ json }) => json)).toEqual(Array(4).fill({ ok: true }));
    expect(renewals).toBe(1);
    expect(api.requests).toHaveLength(8);
  });

  it("are renewed for a write too, which was not carried out", async () => {
    api.on(URL_OF_PODS, needsToken("token-1"));
    const answer = await transport()({
      ...PODS,
      method: "POST",
      body: { contentType: "application/json", value: {} },
    });
    expect(answer.json).toEqual({ ok: true });
  });

  it("that are refused again are an error", async () => {
    api.on(URL_OF_PODS, needsToken("never"));
    await expect(transport()(PODS)).rejects.toEqual(failWith("unauthorized"));
    expect(renewals).toBe(1);
  });
});
