import { describe, expect, it } from "vitest";
import { isTimeZone, scheduleProblem } from "./cron.ts";

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
