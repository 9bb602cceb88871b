import { z } from "zod";
import { type CallContext, defineTool } from "../tool.ts";

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

export function callContext(signal = new AbortController().signal): CallContext {
  return { principal: { name: "tester" }, signal };
}
