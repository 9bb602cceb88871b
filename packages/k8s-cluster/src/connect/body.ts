import type { Readable } from "node:stream";

export interface Body {
  readonly bytes: Buffer;
  /** The body was longer than the limit; the rest was not read. */
  readonly cut: boolean;
}

/** Reads a body up to a limit in bytes and then lets the connection go. */
export async function readBody(body: Readable, maxBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, maxBytes - size));
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return { bytes: Buffer.concat(chunks), cut: size > maxBytes };
}
