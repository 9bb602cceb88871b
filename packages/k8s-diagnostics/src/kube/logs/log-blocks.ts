import { isChainLink, isContinuation, isExceptionLine, isFrame, isTraceback } from "./trace-lines.ts";

const MAX_BACK = 200;
const PARAGRAPH = 12;

/** The message that a line belongs to: its first line and the one after its last. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

export function extentOf(lines: readonly string[], at: number): Extent {
  const start = startOf(lines, at);
  return { start, end: Math.max(at + 1, endOf(lines, start, at)) };
}

function startOf(lines: readonly string[], at: number): number {
  const lowest = Math.max(0, at - MAX_BACK);
  let start = at;
  for (let index = at; index >= lowest; index--) {
    const line = lines[index] ?? "";
    if (isTraceback(line)) return beforeChain(lines, index, lowest);
    if (line.startsWith("Exception in thread")) return index;
    const isCause = index === at && line.startsWith("Caused by:");
    if (isExceptionLine(line)) start = index;
    if (index < at && !isContinuation(line)) break;
    if (index === at && !isContinuation(line) && !isCause && !mayEndTraceback(line)) break;
  }
  return start;
}

function mayEndTraceback(line: string): boolean {
  return /^[A-Za-z_][\w.]{0,200}(?::|$)/.test(line);
}

/** Python prints the exception that led to this one above it. */
function beforeChain(lines: readonly string[], at: number, lowest: number): number {
  let index = at - 1;
  while (index > lowest && lines[index]?.trim() === "") index--;
  if (!isChainLink(lines[index] ?? "")) return at;
  const above = lines.slice(lowest, index).findLastIndex(isTraceback);
  return above < 0 ? at : beforeChain(lines, lowest + above, lowest);
}

function endOf(lines: readonly string[], start: number, at: number): number {
  const line = lines[at] ?? "";
  const lower = line.toLowerCase();
  if (lower.includes("application failed to start")) return endOfReport(lines, at);
  if (lower.includes("fatal config file error")) return Math.min(lines.length, at + 4);
  if (isTraceback(line)) return endOfTraceback(lines, at);
  if (lists(line)) return endOfParagraph(lines, at);
  const panicked = line.includes("' panicked at ") && line.endsWith(":");
  let index = at + (panicked ? 2 : 1);
  if (at === start) index = belowException(lines, index);
  while (index < lines.length && isContinuation(lines[index] ?? "")) index++;
  return Math.min(index, lines.length);
}

/** Loggers of the JVM print the exception below their own line, some after a blank one. */
function belowException(lines: readonly string[], at: number): number {
  const next = lines[at] === "" ? at + 1 : at;
  return isExceptionLine(lines[next] ?? "") ? next + 1 : at;
}

/** Validators list the fields below, one unindented name and one indented complaint each. */
function lists(line: string): boolean {
  return /\d validation errors? for /.test(line);
}

function endOfTraceback(lines: readonly string[], at: number): number {
  let index = at + 1;
  while (index < lines.length && isContinuation(lines[index] ?? "")) index++;
  if (lists(lines[index] ?? "")) return endOfParagraph(lines, index);
  index++;
  while (index < lines.length && /^\s+\S/.test(lines[index] ?? "")) index++;
  return Math.min(index, lines.length);
}

function endOfParagraph(lines: readonly string[], at: number): number {
  let index = at + 1;
  while (
    index < lines.length &&
    !/^\[?\d{4}-\d\d-\d\d|^\[|^(?:INFO|ERROR|WARNING)\b/.test(lines[index] ?? "")
  )
    index++;
  return index;
}

/** The report of Spring Boot: Description, Reason and Action, apart by blank lines. */
function endOfReport(lines: readonly string[], at: number): number {
  const limit = Math.min(lines.length, at + 2 + 2 * PARAGRAPH);
  let index = at + 1;
  while (index < limit && !/^\d{4}-\d\d-\d\d/.test(lines[index] ?? "")) index++;
  return index;
}

/** The line of a message that tells the most; one of its lines. */
export function headlineOf(block: readonly string[], line: string): string {
  const text = line.toLowerCase();
  if (text.includes("application failed to start")) return described(block) ?? line;
  if (block.some(isTraceback))
    return block.findLast((item) => !isContinuation(item) && !isLocation(item)) ?? line;
  if (text.includes("fatal config file error")) return block.at(-1) ?? line;
  if (line.includes("' panicked at ") && line.endsWith(":")) return block[1] ?? line;
  if (/^(?:fail|crit): /.test(line)) return block.find((item) => item !== line && item.trim() !== "") ?? line;
  return reasonIn(block) ?? exceptionBelow(block, line) ?? line;
}

/** After a traceback, validators and database drivers go on over several lines: the first names the error. */
function isLocation(line: string): boolean {
  return (
    line.startsWith("(Background on this error") ||
    line.startsWith("[SQL:") ||
    line.startsWith("For further information")
  );
}

function described(block: readonly string[]): string | undefined {
  const at = block.findIndex((line) => line.startsWith("Description:"));
  return at < 0 ? undefined : block.slice(at + 1).find((line) => line.trim() !== "");
}

/** The deepest reason: Java's last `Caused by`, .NET's last `--->`, and the last below Rust's `Caused by:`. */
function reasonIn(block: readonly string[]): string | undefined {
  const at = block.findIndex((line) => line.trimEnd() === "Caused by:");
  const below =
    at < 0 ? [] : block.slice(at + 1).filter((line) => line.startsWith(" ") && line.trim() !== "");
  if (below.length > 0) return below.at(-1);
  return block.findLast(
    (line) => (line.startsWith("Caused by: ") || /^ {1,4}---> /.test(line)) && !isFrame(line),
  );
}

function exceptionBelow(block: readonly string[], line: string): string | undefined {
  const second = (block[1] === "" ? block[2] : block[1]) ?? "";
  return block[0] === line && !isExceptionLine(line) && isExceptionLine(second) ? second : undefined;
}

/** The message within `limit` lines: what stands between the frames of its stack, then as many frames as fit. */
export function condense(block: readonly string[], limit: number): readonly string[] {
  if (block.length <= limit) return block;
  const words = block.filter((line) => !isFrame(line) && line.trim() !== "").length;
  let frames = Math.max(0, limit - words);
  return block
    .filter((line) => {
      if (line.trim() === "") return false;
      return !isFrame(line) || frames-- > 0;
    })
    .slice(0, limit);
}
