import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { BoundTool } from "@k8s-ops/mcp-contract";
import { registerTools } from "@k8s-ops/mcp-contract/sdk";
import { createToolServer } from "@k8s-ops/mcp-contract/server";
import { builtInPolicy } from "@k8s-ops/mcp-rbac";
import { createClusters, createOpsTools } from "@k8s-ops/ops-server";
import { INSTRUCTIONS, SERVER_NAME } from "@k8s-ops/ops-server/identity";
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from "@modelcontextprotocol/node";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { createMcpHandler } from "@modelcontextprotocol/server";

/** The tools on loopback HTTP, for a test suite that speaks only that. */
export interface HttpBridge {
  /** Revision 2026-07-28, by the 2.x SDK. */
  readonly modern: string;
  /** Revisions until 2025-11-25 with sessions, by the 1.x SDK. */
  readonly sessionful: string;
  close(): Promise<void>;
}

const PRINCIPAL = { name: "admin" };
const IDENTITY = { name: SERVER_NAME, version: "0.0.0" };

export async function startHttpBridge(recording: string): Promise<HttpBridge> {
  const clusters = createClusters({ snapshot: recording, contexts: [], env: {} });
  const tools = createOpsTools({ clusters, policy: () => builtInPolicy, transport: "tcp" });
  const modern = createMcpHandler(
    () =>
      createToolServer({
        ...IDENTITY,
        instructions: INSTRUCTIONS,
        principal: PRINCIPAL,
        tools: async () => tools,
      }),
    { legacy: "reject" },
  );
  const answerModern = toNodeHandler(modern);
  const routes = new Map<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>>([
    ["/modern", (request, response) => answerModern(request as Parameters<typeof answerModern>[0], response)],
    ["/sessionful", sessions(tools)],
  ]);
  const isLocalHost = localhostHostValidation();
  const isLocalOrigin = localhostOriginValidation();
  const server = createServer((request, response) => {
    if (!isLocalHost(request, response) || !isLocalOrigin(request, response)) return;
    const route = routes.get(request.url ?? "");
    if (!route) response.writeHead(404).end();
    else route(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    modern: `http://127.0.0.1:${port}/modern`,
    sessionful: `http://127.0.0.1:${port}/sessionful`,
    close: async () => {
      await Promise.all([modern.close(), clusters.close()]);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function sessions(tools: readonly BoundTool[]) {
  const open = new Map<string, StreamableHTTPServerTransport>();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = request.headers["mcp-session-id"];
    const known = typeof id === "string" ? open.get(id) : undefined;
    if (typeof id === "string" && !known) {
      response.writeHead(404).end();
      return;
    }
    await (known ?? (await newSession(tools, open))).handleRequest(request, response);
  };
}

async function newSession(tools: readonly BoundTool[], open: Map<string, StreamableHTTPServerTransport>) {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => {
      open.set(id, transport);
    },
    onsessionclosed: (id) => {
      open.delete(id);
    },
  });
  const server = new McpServer(IDENTITY, { instructions: INSTRUCTIONS });
  registerTools(server, tools, { principal: PRINCIPAL });
  await server.connect(transport as Parameters<typeof server.connect>[0]);
  return transport;
}
