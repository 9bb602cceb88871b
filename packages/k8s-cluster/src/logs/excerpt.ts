import type { LogExcerpt, LogNeed } from "../snapshot/snapshot.ts";

export interface ExcerptLimits {
  /** How many of the newest lines are kept. */
  readonly lines?: number;
  /** Characters (UTF-16 units) kept of each line. */
  readonly lineLength?: number;
}

const NEWLINE = 0x0a;
const MAX_BYTES_PER_UNIT = 3;

/**
 * The newest lines of a log. Invalid UTF-8 becomes U+FFFD. Only what is kept is decoded, so that the size of the
 * log or of one line does not matter.
 */
export function excerpt(
  need: LogNeed,
  log: Uint8Array | string,
  { lines: maxLines = 100, lineLength = 2_000 }: ExcerptLimits = {},
): LogExcerpt {
  const bytes = typeof log === "string" ? Buffer.from(log, "utf8") : log;
  const { namespace, pod, container, previous } = need;
  const decoder = new TextDecoder();
  const lines: string[] = [];
  let truncated = false;
  let end = bytes.at(-1) === NEWLINE || bytes.length === 0 ? bytes.length - 1 : bytes.length;
  while (end >= 0 && lines.length < maxLines) {
    const start = end === 0 ? 0 : bytes.lastIndexOf(NEWLINE, end - 1) + 1;
    const line = decodeLine(decoder, bytes.subarray(start, end), lineLength);
    truncated ||= line.cut;
    lines.push(line.text);
    end = start - 1;
  }
  return { namespace, pod, container, previous, lines: lines.reverse(), truncated: truncated || end >= 0 };
}

function decodeLine(
  decoder: InstanceType<typeof TextDecoder>,
  bytes: Uint8Array,
  length: number,
): { text: string; cut: boolean } {
  const head = bytes.subarray(0, (length + 1) * MAX_BYTES_PER_UNIT);
  const text = decoder.decode(head).replace(/\r$/, "");
  if (text.length <= length) return { text, cut: false };
  return { text: text.slice(0, length).toWellFormed(), cut: true };
}
