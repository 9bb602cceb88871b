import { join } from "node:path";
import process from "node:process";
import { Client, type ElicitResult } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { ROOT } from "../../../../scripts/steps.ts";

/** The protocol revisions that ask a person in different ways: within the call, or by calling again. */
export const ERAS = { "2025-11-25": "legacy", "2026-07-28": { pin: "2026-07-28" } } as const;

export interface ServerOptions {
  readonly era?: keyof typeof ERAS;
  /** The person behind the client; absent: the client cannot ask anybody. */
  readonly person?: (message: string) => Promise<ElicitResult>;
}

/** A call as results tell it. */
export interface ReadyCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** As much of a remediate tool's result as tests look at. */
export interface Result {
  readonly status: "success" | "cancelled" | "unchanged";
  readonly message: string;
  readonly plan?: {
    readonly plan_id?: string;
    readonly summary: string;
    readonly refused: readonly { readonly code: string; readonly message: string }[];
    readonly warnings: readonly { readonly code: string; readonly message: string }[];
  };
  readonly next?: ReadyCall;
  readonly verified?: boolean | "unknown";
  readonly observed?: string;
  readonly action_id?: string;
  readonly undo?: ReadyCall | string;
  readonly [fact: string]: unknown;
}

export interface Answer {
  readonly result?: Result;
  readonly error?: { readonly code: string; readonly message: string; readonly retryable?: boolean };
}

export interface CallOptions {
  readonly onProgress?: (message: string) => void;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** The built stdio server behind the client of the real SDK. */
export interface Server {
  /** @throws Error when the protocol itself fails, as when the server dies */
  call(tool: string, args: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Answer>;
  /** What a call came to, which must not be an error. */
  result(tool: string, args: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Result>;
  /** kill -9 */
  kill(): void;
  close(): Promise<void>;
}

const PATIENCE_MS = 200_000;

/** Starts the server as a client would. */
export async function startServer(args: readonly string[], options: ServerOptions = {}): Promise<Server> {
  const { era = "2025-11-25", person } = options;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(ROOT, "apps/stdio-server/dist/main.js"), ...args],
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" },
    stderr: "ignore",
  });
  const client = new Client(
    { name: "k8s-ops-mcp-trial", version: "1.0.0" },
    { capabilities: person ? { elicitation: { form: {} } } : {}, versionNegotiation: { mode: ERAS[era] } },
  );
  if (person) client.setRequestHandler("elicitation/create", ({ params }) => person(params.message));
  await client.connect(transport);
  const { pid } = transport;
  const call: Server["call"] = async (name, given, { onProgress, signal, timeoutMs = PATIENCE_MS } = {}) => {
    const answer = await client.callTool(
      { name, arguments: { ...given } },
      {
        timeout: timeoutMs,
        ...(signal && { signal }),
        ...(onProgress && { onprogress: ({ message = "" }) => onProgress(message) }),
      },
    );
    if (!answer.isError) return { result: answer.structuredContent as unknown as Result };
    const [content] = answer.content;
    return { error: JSON.parse(content?.type === "text" ? content.text : "{}") };
  };
  return {
    call,
    async result(name, given, options) {
      const { result, error } = await call(name, given, options);
      if (!result) throw new Error(`${name} ${JSON.stringify(given)}: ${error?.code}: ${error?.message}`);
      return result;
    },
    kill() {
      if (pid !== null) process.kill(pid, "SIGKILL");
    },
    close: () => client.close(),
  };
}
