import type { Dispatcher } from "undici";
import { ClusterError } from "../errors.ts";
import { type Body, readBody } from "./body.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { connectionFailure, type Failure, statusFailure } from "./failures.ts";
import { type Query, requestPath } from "./path.ts";
import type { Session, SessionKeeper } from "./session.ts";

export interface ApiRequest {
  /** Default GET. Only a GET is sent again after a failure. */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Segments after the server's URL, such as `["api", "v1", "nodes"]`; each is checked and encoded. */
  readonly path: readonly string[];
  readonly query?: Query;
  /** Default `application/json`. `text/plain` and the like leave the body as bytes. */
  readonly accept?: string;
  readonly body?: { readonly contentType: string; readonly value: unknown };
  readonly signal?: AbortSignal;
  /** For all tries together, pauses included. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /** What happens to a body beyond maxBytes: the request fails (default), or the beginning is returned. */
  readonly overflow?: "fail" | "cut";
  /** Statuses besides 2xx that are answers rather than errors. */
  readonly accepted?: readonly number[];
  readonly maxTries?: number;
}

export interface ApiResponse {
  readonly status: number;
  readonly bytes: Buffer;
  /** The parsed body of a JSON answer. */
  readonly json: unknown;
  /** The body was cut at `maxBytes`. */
  readonly cut: boolean;
  /** The Retry-After header of an accepted status other than 2xx. */
  readonly retryAfter?: string;
}

export interface TransportOptions {
  readonly timeoutMs?: number;
  /** For the headers of one try of a read, and for each pause within its body. */
  readonly attemptTimeoutMs?: number;
  /** Pause before the second try; it doubles. */
  readonly backoffMs?: number;
  readonly userAgent?: string;
}

/** @throws ClusterError of every code but those of recordings; nothing else is thrown */
export type Send = (request: ApiRequest) => Promise<ApiResponse>;

const MAX_BYTES = 256 * 1024 * 1024;
const MAX_TRIES = 4;
const MAX_BACKOFF_MS = 5_000;

/** Sends requests with a deadline, new tries of reads, fresh credentials and bounded bodies. */
export function createTransport(keeper: SessionKeeper, server: string, options: TransportOptions = {}): Send {
  const { timeoutMs = 30_000, attemptTimeoutMs = 10_000, backoffMs = 200 } = options;
  const headers = { "user-agent": options.userAgent ?? "k8s-ops" };

  const attempt = async (request: ApiRequest, session: Session, deadline: Deadline) => {
    try {
      // A write is not tried again: it may take as long as admission webhooks do.
      const patience = isRead(request) ? attemptTimeoutMs : (request.timeoutMs ?? timeoutMs);
      const answer = await session.dispatcher.request(
        dispatchOptions(request, session, headers, patience, deadline.signal),
      );
      return await readAnswer(request, answer, server);
    } catch (error) {
      if (deadline.signal.aborted) throw deadline.error(server);
      if (error instanceof ClusterError) throw error;
      return { failure: connectionFailure(server, error) };
    }
  };

  const send = async (request: ApiRequest, deadline: Deadline): Promise<ApiResponse> => {
    const maxTries = isRead(request) ? (request.maxTries ?? MAX_TRIES) : 1;
    let session = await deadline.race(keeper.current(), server);
    let renewed = false;
    for (let tries = 1; ; tries++) {
      const outcome = await attempt(request, session, deadline);
      if (!("failure" in outcome)) return outcome;
      const { failure } = outcome;
      if (failure.error.code === "unauthorized" && !renewed) {
        renewed = true;
        tries--;
        session = await deadline.race(keeper.renew(session), server);
        continue;
      }
      const pause = failure.retryAfterMs ?? backoff(backoffMs, tries);
      if (!failure.retry || tries >= maxTries || pause >= deadline.remainingMs()) throw failure.error;
      await deadline.sleep(pause, server);
      session = await deadline.race(keeper.current(), server);
    }
  };

  return async (request) => {
    requestPath("", request.path, request.query);
    const deadline = startDeadline(request.timeoutMs ?? timeoutMs, request.signal);
    try {
      if (deadline.signal.aborted) throw deadline.error(server);
      return await send(request, deadline);
    } finally {
      deadline.release();
    }
  };
}

function isRead({ method = "GET" }: ApiRequest): boolean {
  return method === "GET";
}

function backoff(first: number, tries: number): number {
  return Math.min(MAX_BACKOFF_MS, first * 2 ** (tries - 1)) * (0.5 + Math.random() / 2);
}

function dispatchOptions(
  request: ApiRequest,
  { access }: Session,
  headers: Readonly<Record<string, string>>,
  attemptTimeoutMs: number,
  signal: AbortSignal,
): Dispatcher.RequestOptions {
  const { method = "GET", path, query, accept = "application/json", body } = request;
  return {
    origin: access.server.origin,
    path: requestPath(access.server.pathname, path, query),
    method,
    headers: {
      ...headers,
      ...mutableHeaders(access.headers),
      accept,
      ...(body && { "content-type": body.contentType }),
    },
    ...(body && { body: JSON.stringify(body.value) }),
    headersTimeout: attemptTimeoutMs,
    bodyTimeout: attemptTimeoutMs,
    signal,
  };
}

function mutableHeaders(headers: Session["access"]["headers"]): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  );
}

async function readAnswer(
  request: ApiRequest,
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  server: string,
): Promise<ApiResponse | { failure: Failure }> {
  const ok = (status >= 200 && status < 300) || (request.accepted?.includes(status) ?? false);
  const given = headers["retry-after"];
  const retryAfter = typeof given === "string" ? given : undefined;
  const read = await readBody(body, ok ? (request.maxBytes ?? MAX_BYTES) : ERROR_BODY_BYTES);
  if (!ok) {
    return { failure: statusFailure(server, status, parseJson(read.bytes), retryAfter) };
  }
  if (read.cut && request.overflow !== "cut") throw tooLarge(server, request.maxBytes ?? MAX_BYTES);
  const answer = parsed(request, status, read, server);
  return status >= 300 && retryAfter !== undefined ? { ...answer, retryAfter } : answer;
}

const ERROR_BODY_BYTES = 64 * 1024;

function parsed(
  { accept = "application/json" }: ApiRequest,
  status: number,
  { bytes, cut }: Body,
  server: string,
): ApiResponse | { failure: Failure } {
  if (!accept.startsWith("application/json")) return { status, bytes, cut, json: undefined };
  const json = parseJson(bytes);
  if (json !== undefined || status >= 300) return { status, bytes, cut, json };
  const message = `${server} sent an answer that is no JSON or was cut off. Check that the server in the kubeconfig is a Kubernetes API server, and try again.`;
  return { failure: { error: new ClusterError("server_error", message), retry: true } };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

function tooLarge(server: string, maxBytes: number): ClusterError {
  return new ClusterError(
    "rejected",
    `${server} sent more than ${Math.round(maxBytes / 1024 / 1024)} MiB at once. Ask for less, such as one namespace.`,
  );
}
