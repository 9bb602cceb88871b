import { RANK, rankOf } from "./line-rank.ts";
import { condense, extentOf, headlineOf } from "./log-blocks.ts";
import { isContinuation } from "./trace-lines.ts";

/** What a log says about why its program ended. */
export interface LogExplanation {
  /** The line to show: the error itself, not its stack. */
  readonly line: string;
  /** The whole message with its stack trace, at most {@link MAX_BLOCK} lines. */
  readonly block: readonly string[];
  /** Whether the line ends a program beyond doubt, so that earlier complaints in the log don't matter. */
  readonly conclusive: boolean;
}

const MAX_BLOCK = 20;
const MAX_SCANNED = 200;
const WARNED_WITHIN = 8;
const NAMED_ERROR = /exception\b|error:/i;
/** What frameworks say last when they got no connection: the reason was logged before. */
const FOLLOW_UP = /DialectResolutionInfo|Unable to determine Dialect|Unable to open JDBC Connection/;

/**
 * The lines that explain an exit: the last message of the highest rank among the newest lines, with the stack trace
 * that belongs to it. Without any such message it is the last line.
 */
export function explainLog(lines: readonly string[]): LogExplanation | undefined {
  const newest = lines.slice(-MAX_SCANNED);
  let best = -1;
  let bestRank = -1;
  for (const [index, line] of newest.entries()) {
    if (line.trim() === "" || (isContinuation(line) && !line.startsWith("Caused by: "))) continue;
    const rank = rankOf(line);
    if (rank >= bestRank) {
      best = index;
      bestRank = rank;
    }
  }
  if (best < 0) return undefined;
  if (bestRank === RANK.aftermath) best = warningBefore(newest, best) ?? best;
  const { start, end } = extentOf(newest, best);
  const whole = newest.slice(start, end);
  const line = headlineOf(whole, newest[best] ?? "");
  const block = condense(whole, MAX_BLOCK);
  const conclusive =
    !FOLLOW_UP.test(line) && (bestRank === RANK.fatal || (bestRank === RANK.error && NAMED_ERROR.test(line)));
  return { line, block: block.includes(line) ? block : [line, ...block.slice(1)], conclusive };
}

/** What only says that something failed leaves the reason to a warning just above it. */
function warningBefore(lines: readonly string[], end: number): number | undefined {
  const start = Math.max(0, end - WARNED_WITHIN);
  const found = lines.slice(start, end).findLastIndex((line) => rankOf(line) === RANK.warning);
  return found < 0 ? undefined : start + found;
}
