/** Lines of a stack trace or of a message's further lines, as runtimes print them below the error. */
export function isContinuation(line: string): boolean {
  return (
    line === "" ||
    line.startsWith(" ") ||
    line.startsWith("\t") ||
    STARTS.some((start) => line.startsWith(start)) ||
    POSTGRES_MORE.test(line.slice(0, 120))
  );
}

const STARTS = [
  "Caused by: ",
  "Caused by:",
  "Stack trace:",
  "[stacktrace]",
  "[previous exception]",
  "goroutine ",
  "#",
  "}",
  "Node.js v",
  "stack backtrace:",
  "note: ",
  "initdb: detail:",
  "initdb: hint:",
];
const POSTGRES_MORE = /\b(?:DETAIL|HINT): {1,2}/;

export function isTraceback(line: string): boolean {
  return line.toLowerCase().includes("traceback (most recent call last)");
}

/** What Python prints between two exceptions of which one led to the other. */
export function isChainLink(line: string): boolean {
  return (
    line.startsWith("During handling of the above exception, another exception occurred") ||
    line.startsWith("The above exception was the direct cause of the following exception")
  );
}

/** `java.net.ConnectException: refused`: as loggers of the JVM print the exception below their own line. */
export function isExceptionLine(line: string): boolean {
  return /^[A-Za-z_$][\w$]{0,80}(?:\.[A-Za-z_$][\w$]{0,80}){1,20}(?:Exception|Error|Throwable|Failure)\b/.test(
    line,
  );
}

/** One place in a stack, which tells nothing by itself. */
export function isFrame(line: string): boolean {
  return /^\s+at |^\s{1,9}File "|^\s+\.{3} \d+ (?:more|common)|^\tfrom |^#\d+ /.test(line.slice(0, 200));
}
