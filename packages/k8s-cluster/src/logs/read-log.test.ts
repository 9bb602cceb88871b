import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Connection, connect } from "../connect/connect.ts";
import type { LogNeed } from "../snapshot/snapshot.ts";
import { type ApiEndpoint, type Reply, startApiEndpoint, statusBody } from "../testing/api-endpoint.ts";
import { temporaryKubeconfig } from "../testing/temporary-kubeconfig.ts";
import { readLog } from "./read-log.ts";

const NEED: LogNeed = { namespace: "shop", pod: "web-1", container: "app", previous: true };
const URL_OF_LOG = "/api/v1/namespaces/shop/pods/web-1/log";

let api: ApiEndpoint;
let connection: Connection;

beforeEach(async () => {
  api = await startApiEndpoint();
  const { kubeconfig, remove } = await temporaryKubeconfig({ server: api.url });
  connection = await connect({ kubeconfig, env: {}, backoffMs: 5, attemptTimeoutMs: 300 });
  await remove();
});
afterEach(async () => {
  await connection.close();
  await api.close();
});

const read = (need: LogNeed = NEED) => readLog(connection, need, { timeoutMs: 5_000 });

/** Serves a log as a kubelet does: the last lines, of them the first bytes. */
function serveLog(lines: readonly string[]): void {
  api.on(URL_OF_LOG, ({ url }) => {
    const query = new URL(url, "http://server").searchParams;
    const tail = lines.slice(-Number(query.get("tailLines"))).map((line) => `${line}\n`);
    return {
      body: Buffer.from(tail.join(""))
        .subarray(0, Number(query.get("limitBytes")))
        .toString(),
    };
  });
}

describe("readLog", () => {
  it("asks for the last lines of the container's log, bounded", async () => {
    serveLog(["a", "b"]);
    expect((await read()).excerpt).toEqual({ ...NEED, lines: ["a", "b"], truncated: false });
    expect(api.requests[0]?.url).toBe(
      `${URL_OF_LOG}?container=app&previous=true&tailLines=100&limitBytes=262145&timestamps=false`,
    );
  });

  it("keeps the newest line when older ones are too long for the limit", async () => {
    serveLog([...Array.from({ length: 99 }, () => "x".repeat(30_000)), "the last words"]);
    const { excerpt } = await read();
    expect(excerpt?.lines.at(-1)).toBe("the last words");
    expect(excerpt?.truncated).toBe(true);
  });

  it("reads no more than 256 KiB of one line of 10 MB, even from a server that does not cut", async () => {
    api.on(URL_OF_LOG, { body: "x".repeat(10_000_000) });
    const before = process.memoryUsage().arrayBuffers;
    const { excerpt } = await read();
    expect(excerpt?.lines.map((line) => line.length)).toEqual([2_000]);
    expect(excerpt?.truncated).toBe(true);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(80_000_000);
  });

  it.each([
    'previous terminated container "app" in pod "web-1" not found',
    'container "app" in pod "web-1" is waiting to start: ImagePullBackOff',
  ])("answers without excerpt when there is no log yet: %s", async (message) => {
    api.on(URL_OF_LOG, { status: 400, body: statusBody(400, message) });
    expect(await read()).toEqual({ need: NEED });
  });

  it.each<{ reply: Reply; reason: string; tries: number }>([
    { reply: { status: 403 }, reason: "forbidden", tries: 1 },
    { reply: { status: 404 }, reason: "not_found", tries: 1 },
    { reply: { status: 500 }, reason: "unavailable", tries: 2 },
    { reply: { fault: "hang" }, reason: "timeout", tries: 2 },
  ])("is a gap after $tries tries when $reply", async ({ reply, reason, tries }) => {
    api.on(URL_OF_LOG, reply);
    expect(await read()).toEqual({
      need: NEED,
      gap: { resource: "logs", namespace: "shop", name: "web-1", reason },
    });
    expect(api.requests).toHaveLength(tries);
  });

  it.each([
    [false, { resource: "logs", namespace: "shop", name: "web-1", reason: "unavailable" }],
    [true, undefined],
  ])(
    "that the node has cleared away (previous: %s) is a gap only for the current run",
    async (previous, gap) => {
      api.on(URL_OF_LOG, { body: "unable to retrieve container logs for containerd://0a1b" });
      expect(await read({ ...NEED, previous })).toEqual({ need: { ...NEED, previous }, ...(gap && { gap }) });
    },
  );

  it.each<Partial<LogNeed>>([
    { pod: ".." },
    { namespace: ".." },
    { pod: "a/../../b" },
    { container: "a&previous=false" },
  ])("refuses %j before any request", async (part) => {
    await expect(read({ ...NEED, ...part })).rejects.toMatchObject({ code: "invalid_name" });
    expect(api.requests).toHaveLength(0);
  });

  it("fails when the cluster cannot be reached", async () => {
    api.on(URL_OF_LOG, { fault: "reset" });
    await expect(read()).rejects.toMatchObject({ code: "unreachable" });
  });
});
