import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";

export const ENTRY = fileURLToPath(new URL("../../apps/stdio-server/dist/main.js", import.meta.url));
export const SHOP = fileURLToPath(new URL("./fixtures/shop", import.meta.url));

export interface Message {
  readonly jsonrpc: "2.0";
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** What came of a tools/call: a result, or the code and message of whichever kind of error. */
export interface Answer {
  readonly structured?: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly error?: { readonly code: string; readonly message: string; readonly retryable: boolean };
}

/** The built server as a child process, spoken to in lines. */
export interface StdioServer {
  /** Whole lines as they came on standard output. */
  readonly lines: readonly string[];
  stderr(): string;
  pid: number;
  /** Writes as it is. */
  write(text: string): void;
  request(method: string, params?: object): Promise<Message>;
  /** Sends a request and tells its id at once. */
  start(method: string, params?: object): { readonly id: number; readonly answer: Promise<Message> };
  notify(method: string, params?: object): void;
  call(tool: string, args: object): Promise<Answer>;
  endInput(): void;
  signal(name: NodeJS.Signals): void;
  /** The exit code, once it has ended. */
  readonly exited: Promise<number | null>;
}

export interface StartOptions {
  /** When the server is to be ended; default after the test. */
  readonly after?: (end: () => Promise<void>) => void;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A directory that is removed after the test. */
export async function temporaryDirectory(
  after: (end: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "k8s-ops-e2e-"));
  after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/**
 * Starts the server in an empty directory, its home, with nothing of this machine's environment but PATH. When the test is over the
 * server is ended, and the test fails if standard output carried anything but JSON-RPC.
 */
export async function startServer(
  args: readonly string[],
  { env = {}, cwd, after = onTestFinished }: StartOptions = {},
): Promise<StdioServer> {
  const home = await temporaryDirectory(after);
  const child = spawn(process.execPath, [ENTRY, ...args], {
    cwd: cwd ?? home,
    env: { PATH: process.env.PATH ?? "", HOME: home, ...env },
  });
  const server = converse(child);
  after(async () => {
    child.kill("SIGKILL");
    await server.exited;
    expect(server.lines.filter((line) => !isProtocol(line))).toEqual([]);
  });
  return server;
}

/** {@link startServer}, then the handshake of the 2025 revisions. */
export async function openServer(args: readonly string[], options: StartOptions = {}): Promise<StdioServer> {
  const server = await startServer(args, options);
  const clientInfo = { name: "e2e", version: "1.0.0" };
  await server.request("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
  server.notify("notifications/initialized");
  return server;
}

/** Whether a line is one JSON-RPC 2.0 message. */
export function isProtocol(line: string): boolean {
  try {
    const message = JSON.parse(line) as Message;
    return message.jsonrpc === "2.0" && (message.method !== undefined || "id" in message);
  } catch {
    return false;
  }
}

function converse(child: ChildProcessWithoutNullStreams): StdioServer {
  const lines: string[] = [];
  const waiting = new Map<number, (message: Message) => void>();
  let stderr = "";
  let lastId = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    if (!isProtocol(line)) return;
    const message = JSON.parse(line) as Message;
    if (typeof message.id === "number") waiting.get(message.id)?.(message);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {});
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const write = (text: string): void => {
    child.stdin.write(text);
  };
  const send = (message: object): void => write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const start: StdioServer["start"] = (method, params) => {
    const id = ++lastId;
    const answer = new Promise<Message>((resolve, reject) => {
      waiting.set(id, resolve);
      exited.then((code) => reject(new Error(`The server ended with ${code}: ${stderr}`)));
    });
    answer.catch(() => {});
    send({ id, method, ...(params && { params }) });
    return { id, answer };
  };
  return {
    lines,
    stderr: () => stderr,
    pid: child.pid ?? 0,
    write,
    start,
    request: (method, params) => start(method, params).answer,
    notify: (method, params) => send({ method, ...(params && { params }) }),
    call: async (name, args) => answerOf(await start("tools/call", { name, arguments: args }).answer),
    endInput: () => child.stdin.end(),
    signal: (name) => {
      child.kill(name);
    },
    exited,
  };
}

function answerOf({ result, error }: Message): Answer {
  if (error) {
    const data = error.data as { code: string; retryable: boolean };
    return { text: error.message, error: { ...data, message: error.message } };
  }
  const { content, structuredContent, isError } = result as {
    content: readonly { text: string }[];
    structuredContent?: Record<string, unknown>;
    isError?: boolean;
  };
  const text = content[0]?.text ?? "";
  if (isError) return { text, error: JSON.parse(text) };
  return { text, ...(structuredContent && { structured: structuredContent }) };
}
