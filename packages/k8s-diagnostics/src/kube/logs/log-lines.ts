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

/**
 * Words by how surely they tell the end of a program. Plain text search: the lines are hostile, and a search for
 * fixed words takes linear time whatever they hold.
 */
const FATAL = [
  "traceback (most recent call last)",
  "panic:",
  "fatal error",
  "fatal:",
  "[fatal]",
  "level=fatal",
  '"level":"fatal"',
  '"severity":"fatal"',
  '"severity":"critical"',
  "fatal ",
  "exception in thread",
  "unhandled exception",
  "unhandled rejection",
  "unhandledpromiserejection",
  "uncaught",
  "[emerg]",
  "[alert]",
  "[crit]",
  "segmentation fault",
  "application run failed",
  "out of memory",
  "outofmemoryerror",
  "exec format error",
  "command not found",
  "critical:",
  "aborting",
];
const ERROR = [
  "error",
  "exception",
  "failed",
  "failure",
  "cannot ",
  "can't ",
  "could not ",
  "unable to ",
  "denied",
  "refused",
  "not found",
  "no such ",
  "not permitted",
  "invalid",
  "missing",
  "required",
  "must be set",
  "not set",
  "undefined",
  "not defined",
  "timed out",
  "timeout",
  "no space left",
  "address already in use",
  "bad address",
  "unknown ",
];
/** Lines that hold an error's word and say that all is well. */
const HARMLESS = [
  "0 errors",
  "no error",
  "error_log",
  "without error",
  "level=info",
  '"level":"info"',
  "[notice]",
  " info ",
];

/**
 * The lines that explain an exit: the last message of the highest rank among the newest lines, with the stack trace
 * that belongs to it. Without any such message it is the last line.
 */
export function explainLog(lines: readonly string[]): LogExplanation | undefined {
  const newest = lines.slice(-MAX_SCANNED);
  let best = -1;
  let bestRank = -1;
  for (const [index, line] of newest.entries()) {
    if (line.trim() === "" || (isContinuation(line) && !hasErrorName(line))) continue;
    const rank = rankOf(line);
    if (rank >= bestRank) {
      best = index;
      bestRank = rank;
    }
  }
  if (best < 0) return undefined;
  const start = startOfBlock(newest, best);
  const block = newest.slice(start, endOfBlock(newest, best)).slice(0, MAX_BLOCK);
  const line = headline(block, newest[best] ?? "");
  const conclusive = bestRank === RANK.fatal || (bestRank === RANK.error && NAMED_ERROR.test(line));
  return { line, block, conclusive };
}

/**
 * The lines of an ended program's log that may tell of its end, in their order: none that says that all is well, no
 * warning that a graver line follows, and no stack or usage text below a line that tells of nothing.
 */
export function graveLines(lines: readonly string[]): readonly string[] {
  let head: number = RANK.none;
  const ranked = lines.map((line) => {
    const own = rankOf(line);
    if (!isContinuation(line)) head = own;
    return { line, rank: Math.min(own, head) };
  });
  let gravest: number = RANK.none;
  return ranked
    .toReversed()
    .filter(({ rank }) => {
      const isOutdone = rank === RANK.warning && gravest > rank;
      gravest = Math.max(gravest, rank);
      return rank > RANK.none && !isOutdone;
    })
    .map(({ line }) => line)
    .toReversed();
}

const RANK = { none: 0, warning: 1, error: 2, fatal: 3 } as const;
const NAMED_ERROR = /exception\b|error:/i;
const LEVEL_LENGTH = 80;
const LOW_LEVEL = /\b(?:TRACE|DEBUG|INFO)\b|\blevel=(?:trace|debug|info)\b/;
const WARNING_LEVEL = /\bWARN(?:ING)?\b|\blevel=warn|"(?:level|severity)":"warn|\[warn(?:ing)?\]|^warn:/;
/** As klog begins the line with which it ends the program: `F0102 15:04:05`. */
const KLOG_FATAL = /^F\d{4} /;

function rankOf(line: string): number {
  const text = line.toLowerCase();
  const start = line.slice(0, LEVEL_LENGTH);
  if (KLOG_FATAL.test(line) || FATAL.some((word) => text.includes(word))) return RANK.fatal;
  if (LOW_LEVEL.test(start) || HARMLESS.some((word) => text.includes(word))) return RANK.none;
  if (!ERROR.some((word) => text.includes(word))) return RANK.none;
  return WARNING_LEVEL.test(start) ? RANK.warning : RANK.error;
}

/** Lines of a stack trace, as runtimes print them below (Python: between the head and) the error. */
function isContinuation(line: string): boolean {
  return (
    line.startsWith(" ") ||
    line.startsWith("\t") ||
    line.startsWith("Caused by: ") ||
    line.startsWith("Stack trace:") ||
    line.startsWith("goroutine ") ||
    line.startsWith("#") ||
    line.startsWith("}") ||
    line.startsWith("Node.js v") ||
    line === ""
  );
}

function hasErrorName(line: string): boolean {
  return line.startsWith("Caused by: ");
}

/** Node prints the throwing source line above the error, after `file:line` and before a blank line. */
function startOfBlock(lines: readonly string[], at: number): number {
  const head = Math.max(0, at - MAX_BLOCK);
  for (let index = at; index >= head; index--) {
    const line = lines[index] ?? "";
    if (line.toLowerCase().includes("traceback (most recent call last)")) return index;
    if (line.startsWith("Exception in thread")) return index;
    if (index < at && !isContinuation(line)) break;
  }
  return at;
}

function endOfBlock(lines: readonly string[], at: number): number {
  // Validators list the fields below, one unindented name and one indented complaint each.
  if (/\d validation errors? for /.test(lines[at] ?? "")) return lines.length;
  let index = at + 1;
  while (index < lines.length && isContinuation(lines[index] ?? "")) index++;
  const isTraceback = (lines[at] ?? "").toLowerCase().includes("traceback (most recent call last)");
  return isTraceback ? Math.min(index + 1, lines.length) : index;
}

/** Python's last line names the error, Java's last `Caused by` the reason; elsewhere it is the first line. */
function headline(block: readonly string[], line: string): string {
  if (line.toLowerCase().includes("traceback (most recent call last)")) {
    return block.findLast((text) => !isContinuation(text)) ?? line;
  }
  return block.findLast((text) => text.startsWith("Caused by: ")) ?? line;
}
