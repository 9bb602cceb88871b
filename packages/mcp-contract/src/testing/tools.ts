import { z } from "zod";
import { InputRequired } from "../errors.ts";
import { type CallContext, defineTool, type Question } from "../tool.ts";

/** A tool that greets, waits, fails or answers with a list, as its arguments say. */
export const greet = defineTool({
  name: "greet",
  title: "Greet",
  description: "Greets somebody, for tests.",
  input: z.strictObject({
    name: z.string(),
    mode: z.enum(["greet", "hang", "coded", "broken", "long"]).default("greet"),
  }),
  output: z.looseObject({ greeting: z.string(), words: z.array(z.string()) }),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  access: { verb: "read", resource: "greetings" },
  async handler({ name, mode }, context, deps: { greeting: string }) {
    if (mode === "hang") return new Promise<never>(() => {});
    if (mode === "coded")
      throw Object.assign(new Error("The greeter is busy."), { code: "busy", retryable: true });
    if (mode === "broken") throw new TypeError("secret internals");
    context.progress?.(1, 2, "half way");
    const words = mode === "long" ? Array.from({ length: 4_000 }, (_, index) => `word${index}`) : [name];
    return { greeting: `${deps.greeting} ${name}`, words };
  },
  render: ({ greeting, words }) => `${greeting}: ${words.join(" ")}`,
  shrink: ({ greeting, words }) =>
    words.length > 1 ? { greeting, words: words.slice(0, words.length / 2) } : undefined,
});

export const sure: Question = {
  key: "sure",
  message: "Shall ada be renamed?",
  schema: {
    type: "object",
    properties: { sure: { type: "boolean", title: "Sure", description: "Whether to rename." } },
    required: ["sure"],
  },
  state: "renames ada",
};

/** A tool that asks once, and answers with what it was told, as JSON. */
export const rename = defineTool({
  name: "rename",
  title: "Rename",
  description: "Asks before it does nothing, for tests.",
  input: z.strictObject({ again: z.boolean().default(false) }),
  output: z.looseObject({ action: z.string(), content: z.looseObject({}), state: z.string().optional() }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  access: { verb: "write", resource: "greetings" },
  async handler({ again }, { elicitation }, { question = sure }: { question?: Question }) {
    const answer = elicitation?.answers.get(question.key);
    if (!answer || again) throw new InputRequired(question);
    return { ...answer, state: elicitation?.state };
  },
  render: (told) => JSON.stringify(told),
});

export function callContext(
  signal = new AbortController().signal,
  more: Partial<CallContext> = {},
): CallContext {
  return { principal: { name: "tester" }, signal, ...more };
}
