import { describe, expect, it, onTestFinished, vi } from "vitest";
import { bind } from "./bind.ts";
import { callContext, greet, rename, sure } from "./testing/tools.ts";
import type { Answer } from "./tool.ts";
import { toWire } from "./wire.ts";

const options = { deps: { greeting: "hello" } };
const tool = bind(greet, options);

describe("bind", () => {
  it("answers with structured content and the same facts as text", async () => {
    expect(await tool.call({ name: "ada" }, callContext())).toEqual({
      ok: true,
      structured: { greeting: "hello ada", words: ["ada"] },
      text: "hello ada: ada",
    });
  });

  it.each([
    ["an unknown argument", { name: "ada", nam: 1 }, "invalid_arguments"],
    ["a missing argument", {}, "invalid_arguments"],
    ["no arguments", undefined, "invalid_arguments"],
    ["an argument of the wrong type", { name: 7 }, "invalid_arguments"],
    ["a coded error of the handler", { name: "ada", mode: "coded" }, "busy"],
    ["any other error of the handler", { name: "ada", mode: "broken" }, "internal_error"],
  ])("makes a coded result of %s", async (_, args, code) => {
    expect(await tool.call(args, callContext())).toMatchObject({ ok: false, error: { code } });
  });

  it("names the arguments that there are when one is unknown", async () => {
    const result = await tool.call({ name: "ada", nam: 1 }, callContext());
    expect(result).toMatchObject({
      error: { message: expect.stringContaining("Arguments are: name, mode.") },
    });
  });

  it("tells its owner of unexpected errors and the caller nothing of them", async () => {
    const told: unknown[] = [];
    const watched = bind(greet, { ...options, onInternalError: (_, error) => told.push(error) });
    const result = await watched.call({ name: "ada", mode: "broken" }, callContext());
    expect(JSON.stringify(result)).not.toContain("secret internals");
    expect(told).toMatchObject([{ message: "secret internals" }]);
  });

  it("ends at its deadline even if the handler does not", async () => {
    const quick = bind(greet, { ...options, deadlineMs: 20 });
    expect(await quick.call({ name: "ada", mode: "hang" }, callContext())).toMatchObject({
      error: { code: "timeout", retryable: true },
    });
  });

  it.each([
    ["the tool's when that is longer", 30, 10, "0.03 s"],
    ["its owner's when that is longer", 10, 30, "0.03 s"],
  ])("holds the deadline that is %s, and names it", async (_, ofTool, deadlineMs, named) => {
    const waiting = bind({ ...greet, deadlineMs: ofTool }, { ...options, deadlineMs });
    expect(await waiting.call({ name: "ada", mode: "hang" }, callContext())).toMatchObject({
      error: { code: "timeout", message: expect.stringContaining(named) },
    });
  });

  it("keeps the default deadline when the tool needs less", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout");
    onTestFinished(() => timeout.mockRestore());
    await bind({ ...greet, deadlineMs: 5 }, options).call({ name: "ada" }, callContext());
    expect(timeout).toHaveBeenCalledWith(30_000);
  });

  it("ends when the caller gives up", async () => {
    const abort = new AbortController();
    const call = tool.call({ name: "ada", mode: "hang" }, callContext(abort.signal));
    abort.abort();
    expect(await call).toMatchObject({ error: { code: "cancelled" } });
  });

  it("shrinks a result until it fits", async () => {
    const result = await bind(greet, { ...options, maxBytes: 1_000 }).call(
      { name: "a", mode: "long" },
      callContext(),
    );
    expect(result.ok).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(1_100);
  });

  it("counts the whole result as it is sent, not its text and structure alone", async () => {
    const sent = JSON.stringify(toWire(await tool.call({ name: "ada" }, callContext())));
    const call = (maxBytes: number) =>
      bind(greet, { ...options, maxBytes }).call({ name: "ada" }, callContext());
    expect(await call(sent.length)).toMatchObject({ ok: true });
    expect(await call(sent.length - 1)).toMatchObject({ error: { code: "result_too_large" } });
  });

  it.each([
    [1, 4_000],
    [0.125, 2_048],
  ])(
    "grants a share of %d of the default, bounded by a smaller limit, up to %d bytes",
    async (share, most) => {
      const part = { ...greet, share: () => share };
      const result = await bind(part, { ...options, maxBytes: 4_000 }).call(
        { name: "a", mode: "long" },
        callContext(),
      );
      const { length } = JSON.stringify(toWire(result));
      expect(length).toBeLessThanOrEqual(most);
      expect(length).toBeGreaterThan(most / 2);
    },
  );

  it("says so when a result cannot be made to fit", async () => {
    const result = await bind(greet, { ...options, maxBytes: 10 }).call({ name: "a" }, callContext());
    expect(result).toMatchObject({ ok: false, error: { code: "result_too_large" } });
  });

  it("cleans and redacts every string, errors included, and cleans first", async () => {
    const redacting = bind(greet, { ...options, redact: (text) => text.replace("hunter2", "[redacted]") });
    const result = await redacting.call({ name: "hun\u200Bter2\u001B[31m" }, callContext());
    expect(result).toMatchObject({ structured: { greeting: "hello [redacted]" } });
  });

  it("publishes JSON Schema without the noise that readers pay for", () => {
    const { inputSchema, outputSchema } = tool.definition;
    expect(inputSchema).toMatchObject({ type: "object", required: ["name"], additionalProperties: false });
    expect(JSON.stringify(outputSchema)).not.toContain("additionalProperties");
    expect(JSON.stringify([inputSchema, outputSchema])).not.toContain("$schema");
  });
});

describe("a question of a handler", () => {
  const answers = new Map<string, Answer>();
  const asked = callContext(undefined, { elicitation: { answers } });
  const redact = (text: string) => text.replaceAll("hunter2", "[redacted]");

  it("is a result with the question and an error for those who cannot ask", async () => {
    expect(await bind(rename, { deps: {} }).call({}, asked)).toEqual({
      ok: false,
      error: {
        code: "input_required",
        message: expect.stringContaining(sure.message),
        retryable: false,
      },
      question: sure,
    });
  });

  it("is a plain error when the client cannot be asked", async () => {
    const result = await bind(rename, { deps: {} }).call({}, callContext());
    expect(result).toMatchObject({ ok: false, error: { code: "input_required" } });
    expect(result).not.toHaveProperty("question");
  });

  it("is sent as the plain error by adapters that cannot ask", async () => {
    const bound = bind(rename, { deps: {} });
    expect(toWire(await bound.call({}, asked))).toEqual(toWire(await bound.call({}, callContext())));
  });

  it("is cleaned and redacted where a person reads it, and nowhere else", async () => {
    const hostile = "hun\u200Bter2";
    const question = {
      key: hostile,
      state: hostile,
      message: `Use ${hostile}?`,
      schema: {
        type: "object",
        title: hostile,
        properties: {
          [hostile]: { type: "string", description: hostile, default: hostile },
          title: { type: "string", enum: [hostile], enumNames: [hostile] },
          items: { type: "string", oneOf: [{ const: hostile, title: hostile }] },
        },
        required: [hostile],
      },
    };
    const result = await bind(rename, { deps: { question }, redact }).call({}, asked);
    expect(result).toMatchObject({ error: { message: expect.stringContaining("Use [redacted]?") } });
    expect(result).toHaveProperty("question", {
      key: hostile,
      state: hostile,
      message: "Use [redacted]?",
      schema: {
        type: "object",
        title: "[redacted]",
        properties: {
          [hostile]: { type: "string", description: "[redacted]", default: "[redacted]" },
          title: { type: "string", enum: [hostile], enumNames: ["[redacted]"] },
          items: { type: "string", oneOf: [{ const: hostile, title: "[redacted]" }] },
        },
        required: [hostile],
      },
    });
  });

  it("is refused rather than cut when it is too large", async () => {
    const question = { ...sure, message: "long ".repeat(4_000) };
    const result = await bind(rename, { deps: { question } }).call({}, asked);
    expect(result).toMatchObject({ ok: false, error: { code: "result_too_large" } });
    expect(result).not.toHaveProperty("question");
  });

  it("is not asked when the caller has given up", async () => {
    const abort = new AbortController();
    abort.abort();
    const result = await bind(rename, { deps: {} }).call({}, { ...asked, signal: abort.signal });
    expect(result).toEqual({ ok: false, error: expect.objectContaining({ code: "cancelled" }) });
  });

  it("needs no memory: the handler is entered again with the answer and the state that came back", async () => {
    const answered = new Map<string, Answer>([["sure", { action: "accept", content: { sure: true } }]]);
    const again = callContext(undefined, { elicitation: { answers: answered, state: "something else" } });
    expect(await bind(rename, { deps: {} }).call({}, again)).toMatchObject({
      ok: true,
      structured: { action: "accept", content: { sure: true }, state: "something else" },
    });
  });
});
