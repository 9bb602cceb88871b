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

const DAY_MS = 86_400_000;
const MAX_DAYS = 800;

/**
 * How many starts of the schedule lie after one time and not after another, both RFC 3339; undefined when the schedule
 * cannot be counted. Changes to and from summer time are left out of account.
 */
export function startsBetween(
  schedule: string,
  after: string,
  until: string,
  timeZone = "UTC",
): number | undefined {
  const fields = fieldsOf(expanded(schedule.trim()));
  const shift = offsetOf(timeZone, until);
  const [from, to] = [Date.parse(after) + shift, Date.parse(until) + shift];
  if (!fields || Number.isNaN(from) || Number.isNaN(to) || (to - from) / DAY_MS > MAX_DAYS) return undefined;
  const [minutes, hours] = fields;
  let starts = 0;
  for (let day = Math.floor(from / DAY_MS) * DAY_MS; day <= to; day += DAY_MS) {
    if (!isDay(new Date(day), fields)) continue;
    for (const hour of hours.values) {
      for (const minute of minutes.values) {
        const time = day + (hour * 60 + minute) * 60_000;
        if (time > from && time <= to) starts++;
      }
    }
  }
  return starts;
}

/** Where both fields for days say something, either is enough. */
function isDay(date: Date, [, , days, months, weekdays]: Fields): boolean {
  const ofMonth = days.values.has(date.getUTCDate());
  const weekday = date.getUTCDay();
  const ofWeek = weekdays.values.has(weekday) || (weekday === 0 && weekdays.values.has(7));
  if (!months.values.has(date.getUTCMonth() + 1)) return false;
  return days.open || weekdays.open ? ofMonth && ofWeek : ofMonth || ofWeek;
}

const EXPANDED: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

function expanded(schedule: string): string {
  return EXPANDED[schedule] ?? schedule;
}

interface Values {
  readonly values: ReadonlySet<number>;
  /** `*` or `?`, which leaves the day to the other of both fields for days. */
  readonly open: boolean;
}

type Fields = readonly [Values, Values, Values, Values, Values];

function fieldsOf(schedule: string): Fields | undefined {
  const parts = schedule.split(/\s+/);
  if (parts.length !== FIELDS.length) return undefined;
  const [minute, hour, day, month, weekday] = FIELDS.map((field, index) => {
    const values = valuesOf(parts[index] ?? "", field);
    return values && { values, open: /^[*?]/.test(parts[index] ?? "") };
  });
  return minute && hour && day && month && weekday ? [minute, hour, day, month, weekday] : undefined;
}

/** Milliseconds by which the zone's clock is ahead of UTC; 0 for a zone that is not known. */
function offsetOf(timeZone: string, at: string): number {
  if (timeZone === "UTC" || !isTimeZone(timeZone) || Number.isNaN(Date.parse(at))) return 0;
  const time = new Date(at);
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(time);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  const wall = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return wall - Math.floor(time.getTime() / 1000) * 1000;
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
