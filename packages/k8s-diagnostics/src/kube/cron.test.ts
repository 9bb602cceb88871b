import { describe, expect, it } from "vitest";
import { isTimeZone, scheduleProblem, startsBetween } from "./cron.ts";

describe("a CronJob schedule", () => {
  it.each([
    "*/5 * * * *",
    "0 3 * * mon-fri",
    "0 0 1 JAN ?",
    "@daily",
    "@every 1h30m",
    "0 0 31 2 mon",
    "0 0 29 2 *",
    "1,2-5,10-20/3 5/2 * * 7",
  ])("can work: %s", (schedule) => {
    expect(scheduleProblem(schedule)).toBeUndefined();
  });

  it.each([
    ["61 * * * *", "invalid minute"],
    ["* * * *", "4 fields"],
    ["* 24 * * *", "invalid hour"],
    ["0 0 31 2 *", "no month has"],
    ["0 0 31 4,6 *", "no month has"],
    ["5-1 * * * *", "invalid minute"],
    ["*/0 * * * *", "invalid minute"],
    ["@never", "1 fields"],
    ["0 0 * * fun", "invalid day of week"],
  ])("cannot: %s", (schedule, problem) => {
    expect(scheduleProblem(schedule)).toContain(problem);
  });

  it.each([
    ["Europe/Zurich", true],
    ["Etc/UTC", true],
    ["Europe/Nowhere", false],
    ["", false],
  ])("takes %s as a time zone: %s", (name, known) => {
    expect(isTimeZone(name)).toBe(known);
  });
});

describe("startsBetween", () => {
  const FROM = "2026-01-01T00:00:00Z";
  it.each([
    ["* * * * *", "2026-01-01T00:10:00Z", undefined, 10],
    ["*/15 * * * *", "2026-01-01T02:00:00Z", undefined, 8],
    ["0 3 * * *", "2026-01-04T02:59:00Z", undefined, 3],
    ["@hourly", "2026-01-01T05:30:00Z", undefined, 5],
    ["0 3 * * mon", "2026-01-31T00:00:00Z", undefined, 4],
    ["0 0 13 * fri", "2026-02-28T00:00:00Z", undefined, 10],
    ["0 12 * * *", "2026-01-01T11:30:00Z", "Europe/Berlin", 1],
    ["0 12 * * *", "2026-01-01T11:30:00Z", "UTC", 0],
    ["@every 5m", "2026-01-01T11:30:00Z", undefined, undefined],
    ["nonsense", "2026-01-01T11:30:00Z", undefined, undefined],
  ])("counts `%s` until %s in %s", (schedule, until, zone, expected) => {
    expect(startsBetween(schedule, FROM, until, zone)).toBe(expected);
  });
});
