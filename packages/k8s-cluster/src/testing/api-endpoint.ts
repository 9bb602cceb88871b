import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What the endpoint does with one request. Without a fault it answers with status, headers and body. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  readonly delayMs?: number;
  /**
   * `hang`: no answer ever; `reset`: the connection is reset before an answer; `close_in_body`: headers and half of
   * the body, then the connection closes; `truncate`: a complete answer whose body is the first half; `stall`: half
   * of the body, then nothing.
   */
  readonly fault?: "hang" | "reset" | "close_in_body" | "truncate" | "stall";
}

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, undecoded. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  /** As it was sent; empty without one. */
  readonly body: string;
  /** Milliseconds of a monotonic clock. */
  readonly at: number;
  readonly socket: Socket;
}

type Handler = Reply | ((request: ReceivedRequest, count: number) => Reply);

/** An API server on loopback that answers as programmed, for tests of what may go wrong. */
export interface ApiEndpoint {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Answers of a path (without query), in order; the last one repeats. A function sees the request and its number from 1. */
  on(path: string, ...replies: readonly Handler[]): void;
  /** Connections that were opened so far. */
  connections(): number;
  close(): Promise<void>;
}

/** Starts an endpoint; paths that nothing was programmed for answer 404 with a Status. */
export async function startApiEndpoint(tls?: ServerOptions): Promise<ApiEndpoint> {
  const routes = new Map<string, { readonly replies: readonly Handler[]; count: number }>();
  const requests: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  let opened = 0;

  const answer = (message: IncomingMessage, response: ServerResponse, at: number, body: string): void => {
    const received: ReceivedRequest = {
      method: message.method ?? "",
      url: message.url ?? "",
      headers: message.headers,
      body,
      at,
      socket: message.socket,
    };
    requests.push(received);
    const route = routes.get(received.url.split("?")[0] ?? "");
    if (route) route.count++;
    const handler = route?.replies.at(Math.min(route.count, route.replies.length) - 1);
    const reply = typeof handler === "function" ? handler(received, route?.count ?? 0) : handler;
    send(response, reply ?? NOT_FOUND).catch(() => response.destroy());
  };
  const listener: RequestListener = (message, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("end", () => answer(message, response, at, Buffer.concat(chunks).toString("utf8")));
  };

  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on("connection", (socket: Socket) => {
    opened++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    port,
    requests,
    on: (path, ...replies) => {
      routes.set(path, { replies, count: 0 });
    },
    connections: () => opened,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The body that an API server sends with an error. */
export function statusBody(code: number, message: string, extra: Readonly<Record<string, unknown>> = {}) {
  return { kind: "Status", apiVersion: "v1", status: "Failure", code, message, ...extra };
}

/** A list as an API server sends it. */
export function listBody(items: readonly unknown[], metadata: Readonly<Record<string, unknown>> = {}) {
  return { kind: "List", apiVersion: "v1", metadata: { resourceVersion: "1", ...metadata }, items };
}

const NOT_FOUND: Reply = {
  status: 404,
  body: statusBody(404, "the server could not find the requested resource"),
};

async function send(response: ServerResponse, reply: Reply): Promise<void> {
  if (reply.delayMs !== undefined) await sleep(reply.delayMs);
  if (reply.fault === "hang") return;
  if (reply.fault === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  const body = Buffer.from(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {}));
  const half = body.subarray(0, Math.floor(body.length / 2));
  const sent = reply.fault === "truncate" ? half : body;
  response.writeHead(reply.status ?? 200, {
    "content-type": "application/json",
    "content-length": sent.length,
    ...reply.headers,
  });
  if (reply.fault === "stall") {
    response.write(half);
    return;
  }
  if (reply.fault === "close_in_body") {
    response.write(half, () => response.socket?.destroy());
    return;
  }
  response.end(sent);
}
