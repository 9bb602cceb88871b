import { readLine } from "./readable.ts";
import { isContinuation } from "./trace-lines.ts";

/** How surely a line tells of the end of a program. `aftermath`: it only reports that something failed before. */
export const RANK = { none: 0, warning: 1, aftermath: 2, error: 3, fatal: 4 } as const;

/**
 * Plain text search: the lines are hostile, and a search for fixed words takes linear time whatever they hold.
 */
const FATAL = [
  "traceback (most recent call last)",
  "application failed to start",
  "panic:",
  "' panicked at ",
  "fatal error",
  "fatal:",
  "[fatal]",
  "level=fatal",
  "level=panic",
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
  "[critical]",
  "segmentation fault",
  "application run failed",
  "out of memory",
  "outofmemoryerror",
  "exec format error",
  "command not found",
  "critical:",
  "bootstrap check failure",
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
  "does not exist",
  "doesn't exist",
  "exists but is not empty",
  "unauthorized",
  "x509:",
  "certificate problem",
  "crashed",
  "unrecognized ",
  "flag provided but not",
  "no such option",
  "too many connections",
  "too many clients",
  "max number of clients reached",
  "connection slots are reserved",
  "no more connections allowed",
  "read-only transaction",
  "read only replica",
  "bad option",
  "bootstrap broker ",
  "wrong version number",
  "insecure transport",
  "https server",
];
/** Lines that hold an error's word and say that all is well. */
const HARMLESS = [
  "0 errors",
  "no error",
  "error_log",
  "errorlog",
  "without error",
  "non-fatal",
  "nonfatal",
  "level=info",
  '"level":"info"',
  "[notice]",
  " info ",
];
/** What supervisors, package managers and servers print once the reason has been told. */
const AFTERMATH = [
  "unable to open logs",
  "no listening sockets available",
  "worker failed to boot",
  "shutting down",
  "did not exit normally",
  "exited with code",
  "exited with exit code",
  "exit status",
  "elifecycle",
  "command failed with exit code",
  "entered fatal state",
  "configuration file /etc/nginx/nginx.conf test failed",
  "] aborting",
  "plugin initialization aborted",
  "data dictionary initialization failed",
  "failed to initialize dd storage engine",
  "rails aborted!",
  "validation error count",
  "program aborted",
  "stopped processing the 'includedir'",
  "application startup failed. exiting",
  "worker process died",
  "the application will exit",
  "run `bundle install`",
];
/** `Calico node failed to start`, and no word of why. Spring Boot heads the reason with the same in capitals. */
const BARE_FAILURE = /(?:^|[\s\]:])[A-Za-z][\w-]{0,40} failed to start[.!]?\s*$/;
const NPM_AFTERMATH = /^npm (?:ERR!|error)(?! Missing script)/;
/** A level, and nothing that it is of: lines that only frame a message. */
const EMPTY =
  /^[\d\s:.,TZ+-]{0,40}\[(?:error|fatal|warning)\] {0,3}(?:<[\d.]{1,20}>)? {0,3}(?:={0,80}|BOOT FAILED)$/i;
const STRONG = ["panic:", "traceback (most recent call last)", "exception in thread"];
const LEVEL_LENGTH = 80;
const LOW_LEVEL = /\b(?:TRACE|DEBUG|INFO)\b|\blevel=(?:trace|debug|info)\b|^(?:info|dbug|trce): /;
const WARNING_LEVEL =
  /\bWARN(?:ING)?\b|\blevel=warn|"(?:level|severity)":"warn|\[warn(?:ing)?\]|^warn(?:ing)?:/;
const FATAL_LEVEL = /\b(?:FATAL|CRITICAL|PANIC|EMERGENCY|FTL)\b|^crit: /;
const ERROR_LEVEL = /\b(?:ERROR|SEVERE|ERR)\b|^fail: /;
/** As klog begins the line with which it ends the program: `F0102 15:04:05`. */
const KLOG_FATAL = /^F\d{4} /;

export function rankOf(line: string): number {
  const { level, text } = readLine(line);
  const lower = text.toLowerCase();
  return level === undefined ? rankOfText(text, lower) : rankOfLevel(level, lower);
}

function rankOfText(line: string, text: string): number {
  const start = line.slice(0, LEVEL_LENGTH);
  const has = (words: readonly string[]): boolean => words.some((word) => text.includes(word));
  if (has(STRONG)) return RANK.fatal;
  if (has(AFTERMATH) || NPM_AFTERMATH.test(line) || BARE_FAILURE.test(line)) return RANK.aftermath;
  if (EMPTY.test(line)) return RANK.none;
  if (KLOG_FATAL.test(line)) return RANK.fatal;
  if (text.includes("non-fatal")) return RANK.none;
  if (FATAL_LEVEL.test(start) || has(FATAL)) return RANK.fatal;
  if (LOW_LEVEL.test(start) || has(HARMLESS)) return RANK.none;
  if (!ERROR_LEVEL.test(start) && !has(ERROR)) return RANK.none;
  return WARNING_LEVEL.test(start) ? RANK.warning : RANK.error;
}

function rankOfLevel(level: string, text: string): number {
  const has = (words: readonly string[]): boolean => words.some((word) => text.includes(word));
  if (/^(?:fatal|critical|crit|panic|dpanic|emerg|alert)/.test(level)) return RANK.fatal;
  if (/^(?:error|err|severe|fail)/.test(level)) return has(AFTERMATH) ? RANK.aftermath : RANK.error;
  if (level.startsWith("warn")) return has(ERROR) ? RANK.warning : RANK.none;
  return has(STRONG) ? RANK.error : RANK.none;
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
