import { Client, type InMemoryTransport as ClientTransport } from "@modelcontextprotocol/client";
import { Client as SdkClient } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport as SdkTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer as SdkServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { ElicitRequestSchema, type ElicitResult } from "@modelcontextprotocol/sdk/types.js";
import { InMemoryTransport, McpServer, type Server } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bind } from "./bind.ts";
import { registerTools as registerOnSdk } from "./sdk/index.ts";
import { createToolServer, registerTools } from "./server/index.ts";
import { greet, rename, sure } from "./testing/tools.ts";

const tool = bind(greet, { deps: { greeting: "hello" } });
const hidden = { ...tool, definition: { ...tool.definition, name: "hidden" }, visibleTo: () => false };
const asking = bind(rename, { deps: {} });
const tools = [tool, hidden, asking];
const principal = { name: "tester" };
const info = { name: "test", version: "1" };
const open: { close(): unknown }[] = [];

interface CallResult {
  isError?: boolean | undefined;
  structuredContent?: unknown;
  content?: unknown;
}

interface CallParams {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
  readonly requestState?: string;
  readonly inputResponses?: Record<string, unknown>;
}

interface TestClient {
  listTools(): Promise<{ tools: readonly { name: string; inputSchema: unknown; outputSchema?: unknown }[] }>;
  callTool(
    params: CallParams,
    options?: { allowInputRequired?: true; timeout?: number; signal?: AbortSignal },
  ): Promise<CallResult>;
}

/** What the client says of itself, and what the person behind it answers. */
interface Person {
  readonly elicitation?: Record<string, Record<string, boolean>>;
  readonly answer?: (params: object, signal: AbortSignal) => Promise<ElicitResult>;
}

type Start = (person?: Person) => Promise<TestClient>;

async function onSdk({ elicitation, answer }: Person = {}): Promise<TestClient> {
  const server = new SdkServer(info);
  registerOnSdk(server, tools, { principal });
  const client = new SdkClient(info, { capabilities: elicitation ? { elicitation } : {} });
  if (answer)
    client.setRequestHandler(ElicitRequestSchema, ({ params }, { signal }) => answer(params, signal));
  const [mine, theirs] = SdkTransport.createLinkedPair();
  await Promise.all([server.connect(mine), client.connect(theirs)]);
  open.push(client, server);
  return {
    listTools: () => client.listTools(),
    callTool: (params, options) => client.callTool(params, undefined, options) as Promise<CallResult>,
  };
}

const SERVERS = {
  "an McpServer of @modelcontextprotocol/server": () => {
    const server = new McpServer(info);
    registerTools(server, tools, { principal });
    return server;
  },
  "a server of its own": () =>
    createToolServer({ ...info, instructions: "", principal, tools: async () => tools }),
} satisfies Record<string, () => McpServer | Server>;

const ERAS = { "2025-11-25": "legacy", "2026-07-28": { pin: "2026-07-28" } } as const;

/** As the stdio server is served: the client's first message decides the era. */
async function onServer(
  factory: () => McpServer | Server,
  mode: (typeof ERAS)[keyof typeof ERAS],
  { elicitation, answer }: Person = {},
): Promise<TestClient> {
  const capabilities = elicitation ? { elicitation } : {};
  const client = new Client(info, { capabilities, versionNegotiation: { mode } });
  if (answer)
    client.setRequestHandler("elicitation/create", ({ params }, { mcpReq }) => answer(params, mcpReq.signal));
  const [mine, theirs] = InMemoryTransport.createLinkedPair();
  const served = serveStdio(factory, { transport: mine });
  await client.connect(theirs as unknown as ClientTransport);
  open.push(client, served);
  return client as unknown as TestClient;
}

const onServers = Object.entries(SERVERS).flatMap(([name, factory]) =>
  Object.entries(ERAS).map(([era, mode]) => {
    const start: Start = (person) => onServer(factory, mode, person);
    const unanswered = era === "2025-11-25" ? /^error .*Fulfilling input/ : /^error no window/;
    return { name: `${name}, ${era}`, era, start, unanswered };
  }),
);
const adapters = [
  {
    name: "an McpServer of @modelcontextprotocol/sdk",
    era: "2025-11-25",
    start: onSdk,
    unanswered: /"action":"cancel"/,
  },
  ...onServers,
];

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((end) => end.close()));
});

/** What came of a call, whichever way the client tells of a failure. */
async function outcomeOf(call: Promise<CallResult>): Promise<string> {
  try {
    const { isError, structuredContent, content } = await call;
    return isError ? `error ${JSON.stringify(content)}` : JSON.stringify(structuredContent);
  } catch (error) {
    return `error ${(error as Error).message}`;
  }
}

describe.each(adapters)("on $name", ({ start }) => {
  it("lists what the principal may see, with the schemas of the tool", async () => {
    const client = await start();
    const listed = await client.listTools();
    expect(listed.tools.map(({ name }) => name)).toEqual(["greet", "rename"]);
    expect(listed.tools[0]?.inputSchema).toMatchObject({ required: ["name"], additionalProperties: false });
    expect(listed.tools[0]?.outputSchema).toMatchObject({ required: ["greeting", "words"] });
  });

  it("calls a tool", async () => {
    const client = await start();
    const result = await client.callTool({ name: "greet", arguments: { name: "ada" } });
    expect(result).toMatchObject({
      structuredContent: { greeting: "hello ada" },
      content: [{ type: "text", text: "hello ada: ada" }],
    });
  });

  it("answers a wrong argument with the same coded error", async () => {
    const client = await start();
    const result = await client.callTool({ name: "greet", arguments: { name: "ada", extra: 1 } });
    expect(result.isError).toBe(true);
    const [{ text }] = result.content as [{ text: string }];
    expect(JSON.parse(text)).toMatchObject({ code: "invalid_arguments", retryable: false });
  });

  it("refuses a tool that there is not", async () => {
    const client = await start();
    const outcome = await client.callTool({ name: "nope", arguments: {} }).then(
      (result) => JSON.stringify(result),
      (error: Error) => error.message,
    );
    expect(outcome).toMatch(/nope/);
  });
});

describe.each(adapters)("a tool that asks, on $name", ({ start, unanswered }) => {
  const call = { name: "rename", arguments: {} };

  it.each<[string, ElicitResult, object]>([
    ["accepts", { action: "accept", content: { sure: true } }, { action: "accept", content: { sure: true } }],
    ["accepts with no content", { action: "accept" }, { action: "accept", content: {} }],
    ["accepts with an empty form", { action: "accept", content: {} }, { action: "accept", content: {} }],
    ["declines", { action: "decline" }, { action: "decline", content: {} }],
    ["cancels", { action: "cancel" }, { action: "cancel", content: {} }],
  ])("learns that the person %s, with its own state", async (_, said, told) => {
    const answer = vi.fn(async () => said);
    const client = await start({ elicitation: { form: {} }, answer });
    const { structuredContent } = await client.callTool(call);
    expect(structuredContent).toEqual({ ...told, state: sure.state });
    expect(answer).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ mode: "form", message: sure.message, requestedSchema: sure.schema }),
      expect.anything(),
    );
  });

  it("asks a client whose capability is empty, as in the first revision that had it", async () => {
    const client = await start({ elicitation: {}, answer: async () => ({ action: "decline" }) });
    expect((await client.callTool(call)).structuredContent).toMatchObject({ action: "decline" });
  });

  it.each([
    ["says nothing of elicitation", {}],
    ["can only open URLs", { elicitation: { url: {} } }],
  ])("gets its error to a client that %s", async (_, person) => {
    const client = await start(person);
    const { isError, content } = await client.callTool(call);
    expect(isError).toBe(true);
    const [{ text }] = content as [{ text: string }];
    expect(JSON.parse(text)).toMatchObject({ code: "input_required", retryable: false });
  });

  it("takes an error of the client for no approval, and the next call works", async () => {
    const answer = vi.fn(async (): Promise<ElicitResult> => {
      throw new Error("no window");
    });
    const client = await start({ elicitation: { form: {} }, answer });
    expect(await outcomeOf(client.callTool(call))).toMatch(unanswered);
    answer.mockResolvedValueOnce({ action: "accept", content: { sure: true } });
    expect(await outcomeOf(client.callTool(call))).toContain('"action":"accept"');
  });

  it("ends with an error when it asks again and again", async () => {
    const client = await start({ elicitation: { form: {} }, answer: async () => ({ action: "accept" }) });
    expect(await outcomeOf(client.callTool({ ...call, arguments: { again: true } }))).toMatch(/^error/);
  });
});

describe.each(adapters.filter(({ era }) => era !== "2026-07-28"))(
  "a tool that asks a person who is slow, on $name",
  ({ start, unanswered }) => {
    const call = { name: "rename", arguments: {} };

    /** The outcome when the person accepts after so many milliseconds and the client itself waits for longer. */
    async function acceptedAfter(later: number): Promise<string> {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
      const answer = () =>
        new Promise<ElicitResult>((resolve) => setTimeout(() => resolve({ action: "accept" }), later));
      const client = await start({ elicitation: { form: {} }, answer });
      const outcome = outcomeOf(client.callTool(call, { timeout: 10 * later }));
      await vi.advanceTimersByTimeAsync(later + 1);
      return outcome;
    }

    it("waits for five minutes", async () => {
      expect(await acceptedAfter(300_000)).toMatch(/"action":"accept"/);
    });

    it("takes silence for ten minutes for no approval", async () => {
      expect(await acceptedAfter(600_001)).toMatch(unanswered);
    });

    it("takes the question back when the caller gives up, and is not entered again", async () => {
      const caller = new AbortController();
      const answer = vi.fn(async (_: object, signal: AbortSignal): Promise<ElicitResult> => {
        // The client of the 1.x SDK never ends the request that has the id 0: the second question is taken back.
        if (answer.mock.calls.length === 1) return { action: "decline" };
        caller.abort("enough");
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return { action: "accept" };
      });
      const client = await start({ elicitation: { form: {} }, answer });
      await client.callTool(call);
      const entered = vi.spyOn(asking, "call");
      expect(await outcomeOf(client.callTool(call, { signal: caller.signal }))).toMatch(/^error .*enough/);
      await answer.mock.results[1]?.value;
      expect(entered).toHaveBeenCalledOnce();
    });
  },
);

describe.each(onServers.filter(({ era }) => era === "2026-07-28"))(
  "what comes back with an answer, on $name",
  ({ start }) => {
    const call = { name: "rename", arguments: {} };
    const accepted = { sure: { action: "accept", content: { sure: true } } };

    it("is handed to the handler as it came, even if it is not what was sent", async () => {
      const client = await start({ elicitation: { form: {} } });
      const asked = await client.callTool(call, { allowInputRequired: true });
      expect(asked).toMatchObject({ resultType: "input_required", requestState: sure.state });
      const retried = await client.callTool({
        ...call,
        inputResponses: accepted,
        requestState: "renames bob",
      });
      expect(retried.structuredContent).toEqual({ ...accepted.sure, state: "renames bob" });
    });

    it.each([
      ["an answer to another question", { other: { action: "accept", content: {} } }],
      ["an answer that is none", { sure: { action: "approve" } }],
      ["an answer in a wrapper", { sure: { method: "elicitation/create", result: { action: "accept" } } }],
    ])("is no answer when it is %s: the question is asked anew", async (_, inputResponses) => {
      const client = await start({ elicitation: { form: {} } });
      const params = { ...call, inputResponses, requestState: sure.state };
      expect(await client.callTool(params, { allowInputRequired: true })).toMatchObject({
        resultType: "input_required",
      });
    });
  },
);
