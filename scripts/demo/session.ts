import { join } from "node:path";
import process from "node:process";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { ROOT } from "../steps.ts";

export interface ToolAnswer {
  readonly structured?: Readonly<Record<string, unknown>>;
  /** The coded error, when the call failed. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** The stdio server as a client sees it. */
export interface Session {
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

/** Starts the built stdio server with these options and connects to it through the protocol. */
export async function openSession(options: readonly string[]): Promise<Session> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(ROOT, "apps/stdio-server/dist/main.js"), ...options],
    env: Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    stderr: "ignore",
  });
  const client = new Client({ name: "k8s-ops-mcp-demo", version: "1.0.0" });
  await client.connect(transport);
  return {
    async call(name, args) {
      const result = await client.callTool({ name, arguments: { ...args } });
      if (!result.isError) return { structured: result.structuredContent as Record<string, unknown> };
      const [content] = result.content;
      return { error: JSON.parse(content?.type === "text" ? content.text : "{}") };
    },
    close: () => client.close(),
  };
}
