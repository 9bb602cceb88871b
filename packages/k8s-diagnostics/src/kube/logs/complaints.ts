import { secondsBetween } from "../time.ts";
import { RANK, rankOf } from "./line-rank.ts";
import { readLine } from "./readable.ts";
import { isFrame } from "./trace-lines.ts";
import { type Trouble, troubleIn } from "./troubles.ts";

/** Of so many of the last lines, frames of stacks apart, so many must complain of the same for it to be more than an accident. */
const TAIL = 20;
const OFTEN = 3;
/** What a line with a time of its own tells of is over after this long. */
const FRESH_SECONDS = 900;

/** What programs of good health complain of now and then, or what ends them when it is real. */
const IGNORED: ReadonlySet<Trouble> = new Set([
  "address",
  "missing_file",
  "rejected_file",
  "variable",
  "port",
]);
const TIME = /^\W{0,2}(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?)/;
const RECOVERY =
  /\b(?:(?:re)?connected|recovered|established|succeeded|successfully|ready to accept|listening on|now healthy)\b/i;

/**
 * The lines in which a program that runs and is ready complains again and again of the same, newest first. None when
 * it complains seldom, when it says that all is well since, or when its lines are old.
 */
export function complaintsIn(
  lines: readonly string[],
  defined: ReadonlySet<string>,
  asOf: string,
): readonly string[] {
  const tail = lines.filter((line) => !isFrame(line)).slice(-TAIL);
  const troubles = tail.map((line) => complaintOf(line, defined));
  const byKind = Map.groupBy(tail.keys(), (index) => troubles[index]);
  byKind.delete(undefined);
  const [indexes = []] = [...byKind.values()].toSorted((a, b) => b.length - a.length);
  const last = indexes.at(-1);
  if (indexes.length < OFTEN || last === undefined) return [];
  if (tail.slice(last + 1).some((line) => RECOVERY.test(line)) || isOld(tail[last] ?? "", asOf)) return [];
  return indexes.map((index) => tail[index] ?? "").toReversed();
}

function complaintOf(line: string, defined: ReadonlySet<string>): Trouble | undefined {
  if (rankOf(line) === RANK.none) return undefined;
  const kind = troubleIn(readLine(line).text, defined);
  return kind === undefined || IGNORED.has(kind) ? undefined : kind;
}

/** A time without a zone is taken for UTC, as containers have it. */
function isOld(line: string, asOf: string): boolean {
  const time = TIME.exec(line)?.[1]?.replace(" ", "T");
  const zoned = time === undefined || /(?:Z|[+-]\d{2}:?\d{2})$/.test(time) ? time : `${time}Z`;
  return (secondsBetween(zoned, asOf) ?? 0) > FRESH_SECONDS;
}
