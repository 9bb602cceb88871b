import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { files } from "./layout.ts";

/** A Kubernetes object, as far as this folder looks into it. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly finalizers?: readonly string[];
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly accept?: string;
  readonly contentType?: string;
  readonly timeoutMs?: number;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: string;
}

/** An answer of the API server that is not the one hoped for. */
export class ApiError extends Error {
  readonly status: number;

  constructor(sent: ApiRequest, response: ApiResponse) {
    super(`${sent.method ?? "GET"} ${sent.path}: ${response.status} ${messageIn(response.body)}`);
    this.name = "ApiError";
    this.status = response.status;
  }
}

function messageIn(body: string): string {
  try {
    return String((JSON.parse(body) as { message?: unknown }).message ?? body);
  } catch {
    return body.slice(0, 300);
  }
}

/** A small client of the test cluster's API server, with the admin's rights. */
export class ApiClient {
  readonly #agent: Agent;
  readonly #server: string;
  readonly #token: string;

  constructor(connections = 16) {
    const config = JSON.parse(readFileSync(files.adminKubeconfig, "utf8"));
    const { cluster } = config.clusters[0];
    this.#server = cluster.server;
    this.#token = config.users[0].user.token;
    const ca = Buffer.from(cluster["certificate-authority-data"], "base64");
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, ca });
  }

  /** Sends one request and returns whatever the answer is. */
  send(sent: ApiRequest): Promise<ApiResponse> {
    const payload = sent.body === undefined ? undefined : JSON.stringify(sent.body);
    const headers: Record<string, string | number> = {
      authorization: `Bearer ${this.#token}`,
      accept: sent.accept ?? "application/json",
    };
    if (payload !== undefined) {
      headers["content-type"] = sent.contentType ?? "application/json";
      headers["content-length"] = Buffer.byteLength(payload);
    }
    const timeoutMs = sent.timeoutMs ?? 30_000;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(sent.path, this.#server),
        { method: sent.method ?? "GET", headers, agent: this.#agent, timeout: timeoutMs },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("error", reject);
          incoming.on("end", () =>
            resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
          );
        },
      );
      outgoing.on("timeout", () =>
        outgoing.destroy(new Error(`${sent.path}: no answer from the API server in ${timeoutMs / 1000} s`)),
      );
      outgoing.on("error", reject);
      outgoing.end(payload);
    });
  }

  /** Sends one request; any status but 2xx and those allowed is an ApiError. */
  async json<T = KubeObject>(sent: ApiRequest, allowed: readonly number[] = []): Promise<T> {
    const response = await this.send(sent);
    if ((response.status < 200 || response.status > 299) && !allowed.includes(response.status)) {
      throw new ApiError(sent, response);
    }
    return JSON.parse(response.body) as T;
  }

  /** Closes the kept connections, so that the process can end. */
  close(): void {
    this.#agent.destroy();
  }
}

/** Does something for each item, with a bounded number at a time, and stops at the first failure. */
export async function forEachBounded<T>(
  items: readonly T[],
  limit: number,
  action: (item: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const item = items[next++] as T;
      try {
        await action(item);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
