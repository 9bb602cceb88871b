import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createSocketServer, type Socket } from "node:net";

/** A proxy on loopback that leads every connection to one port, for tests. */
export interface Tunnel {
  readonly url: string;
  /** `host:port` as each client asked for it. */
  readonly targets: readonly string[];
  close(): Promise<void>;
}

/** An HTTP proxy that knows CONNECT only. @param status what it answers to CONNECT; 200 opens the tunnel */
export async function startHttpTunnel(port: number, status = 200): Promise<Tunnel> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on("connection", (socket) => sockets.add(socket));
  server.on("connect", (request, client: Socket, head) => {
    targets.push(request.url ?? "");
    if (status !== 200) {
      client.on("error", () => {});
      client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
      return;
    }
    join(client, port, `HTTP/1.1 200 OK\r\n\r\n`, head);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return tunnel("http", server, sockets, targets);
}

/** A SOCKS5 proxy without authentication. Source: RFC 1928 */
export async function startSocksTunnel(port: number): Promise<Tunnel> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createSocketServer((client) => {
    sockets.add(client);
    client.once("data", () => {
      client.write(Uint8Array.of(5, 0));
      client.once("data", (request) => {
        targets.push(socksTarget(request));
        join(client, port, Uint8Array.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0), Buffer.alloc(0));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return tunnel("socks5", server, sockets, targets);
}

function socksTarget(request: Buffer): string {
  const isName = request[3] === 3;
  const end = isName ? 5 + (request[4] ?? 0) : 8;
  const host = isName ? request.subarray(5, end).toString() : request.subarray(4, end).join(".");
  return `${host}:${request.readUInt16BE(end)}`;
}

function join(client: Socket, port: number, greeting: string | Uint8Array, head: Buffer): void {
  const upstream = connect(port, "127.0.0.1", () => {
    client.write(greeting);
    upstream.write(head);
    upstream.pipe(client).pipe(upstream);
  });
  upstream.on("error", () => client.destroy());
  client.on("error", () => upstream.destroy());
}

function tunnel(
  scheme: string,
  server: { address(): AddressInfo | string | null; close(done: () => void): unknown },
  sockets: ReadonlySet<Socket>,
  targets: readonly string[],
): Tunnel {
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    targets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}
