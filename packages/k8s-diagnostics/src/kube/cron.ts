const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of month", min: 1, max: 31 },
  { name: "month", min: 1, max: 12, words: MONTHS },
  { name: "day of week", min: 0, max: 7, words: DAYS },
];

const MACROS =
  /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|every (?:\d{1,9}(?:\.\d{1,9})?(?:h|m|s))+)$/;

/**
 * Why a CronJob schedule cannot work, in words that hold no text of the schedule; undefined when it can.
 * Source: robfig/cron v3 ParseStandard, which the CronJob controller uses
 */
export function scheduleProblem(schedule: string): string | undefined {
  const text = schedule.trim();
  if (MACROS.test(text)) return undefined;
  const parts = text.split(/\s+/);
  if (parts.length !== FIELDS.length) return `has ${parts.length} fields instead of 5`;
  const values = FIELDS.map((field, index) => valuesOf(parts[index] ?? "", field));
  const bad = FIELDS[values.indexOf(undefined)];
  if (bad) return `has an invalid ${bad.name}`;
  const [, , days, months] = values;
  const weekdays = parts[4];
  if (weekdays !== "*" && weekdays !== "?") return undefined;
  const exists = [...(months ?? [])].some((month) =>
    [...(days ?? [])].some((day) => day <= (LONGEST_MONTH[month - 1] ?? 0)),
  );
  return exists ? undefined : "names a day that no month has";
}

/** Whether the time zone is one of the database of time zones. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name.length > 0 && !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

function valuesOf(text: string, field: Field): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const range = rangeOf(item, field);
    if (!range) return undefined;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return values;
}

function rangeOf(item: string, field: Field) {
  const [range = "", stepText, ...more] = item.split("/");
  if (more.length > 0) return undefined;
  const step = stepText === undefined ? 1 : numberOf(stepText);
  const [fromText = "", toText, ...rest] = range.split("-");
  if (rest.length > 0 || step === undefined || step === 0) return undefined;
  const every = range === "*" || range === "?";
  const from = every ? field.min : wordOrNumber(fromText, field);
  const last = toText === undefined ? undefined : wordOrNumber(toText, field);
  if (from === undefined || (toText !== undefined && last === undefined)) return undefined;
  const open = every || stepText !== undefined;
  const to = last ?? (open ? field.max : from);
  return from < field.min || to > field.max || from > to ? undefined : { from, to, step };
}

function wordOrNumber(text: string, { words, min }: Field): number | undefined {
  const word = words?.indexOf(text.toLowerCase()) ?? -1;
  return word >= 0 ? word + min : numberOf(text);
}

function numberOf(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}
