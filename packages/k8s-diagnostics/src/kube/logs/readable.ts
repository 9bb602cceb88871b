/** A log line as a person reads it: without colours, and of a JSON record its message and error only. */
export interface ReadableLine {
  /** Lower case, e.g. `error`; undefined when the line is no JSON record or has no level. */
  readonly level: string | undefined;
  readonly text: string;
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]{0,20}[A-Za-z]`, "g");
const MAX_TEXT = 4_000;
const MAX_DEPTH = 4;
const LEVEL_KEYS = ["level", "severity", "lvl", "levelname", "loglevel", "log.level", "@l", "s"];
/** In the order in which they read well. */
const TEXT_KEYS = [
  "msg",
  "message",
  "@m",
  "@mt",
  "event",
  "error",
  "err",
  "errmsg",
  "errorMessage",
  "error.message",
  "reason",
  "cause",
  "attr",
  "exception",
  "exc_info",
  "@x",
  "thrown",
  "stack",
  "stacktrace",
  "stack_trace",
  "error.stack_trace",
];
/** pino and bunyan count, mongod has single letters. */
const LEVELS: Readonly<Record<string, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
  f: "fatal",
  e: "error",
  w: "warn",
  i: "info",
  d: "debug",
};

export function readLine(line: string): ReadableLine {
  const plain = line.includes("[") ? line.replaceAll(COLOURS, "") : line;
  const record = plain.startsWith("{") ? parse(plain) : undefined;
  if (!record) return { level: undefined, text: plain.replaceAll('\\"', '"') };
  const text = textsIn(record, 0).join(": ").slice(0, MAX_TEXT);
  return { level: levelOf(record), text: text === "" ? plain : text };
}

type JsonRecord = Readonly<Record<string, unknown>>;

function parse(line: string): JsonRecord | undefined {
  try {
    return asRecord(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): JsonRecord | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonRecord)
    : undefined;
}

function levelOf(record: JsonRecord): string | undefined {
  const given = LEVEL_KEYS.map((key) => record[key]).find(
    (value) => typeof value === "string" || typeof value === "number",
  );
  if (given === undefined) return undefined;
  const level = String(given).toLowerCase();
  return LEVELS[level] ?? level;
}

function textsIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  const record = asRecord(value);
  if (!record || depth > MAX_DEPTH) return [];
  return TEXT_KEYS.flatMap((key) => textsIn(record[key], depth + 1));
}
