import { createReadStream } from "node:fs";
import { MOST_LINE_BYTES } from "./chain.ts";

const NEWLINE = 0x0a;

export interface Line {
  /** Without the newline; undefined when the line is longer than {@link MOST_LINE_BYTES}. */
  readonly bytes: Buffer | undefined;
  /** False for what follows the last newline: a write that was cut off. */
  readonly complete: boolean;
}

/** The lines of a file, one at a time, so that a file of any size takes the memory of one line. */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  const parts: Buffer[] = [];
  let length = 0;
  const keep = (part: Buffer): void => {
    length += part.length;
    if (length > MOST_LINE_BYTES) parts.length = 0;
    else parts.push(part);
  };
  const take = (complete: boolean): Line => {
    const bytes = length > MOST_LINE_BYTES ? undefined : Buffer.concat(parts);
    parts.length = 0;
    length = 0;
    return { bytes, complete };
  };
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, end));
      yield take(true);
      from = end + 1;
    }
    keep(chunk.subarray(from));
  }
  if (length > 0) yield take(false);
}
