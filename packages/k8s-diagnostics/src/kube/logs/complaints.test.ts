import { describe, expect, it } from "vitest";
import { complaintsIn } from "./complaints.ts";

const AS_OF = "2026-01-01T12:00:00Z";
const complaints = (...lines: readonly string[]) => complaintsIn(lines, new Set(), AS_OF);
const refused = (n: number) => `ERROR ${n} dial tcp 10.96.12.7:5432: connect: connection refused`;

describe("the complaints of a program that runs", () => {
  it("are what it says again and again, newest first", () => {
    expect(complaints("GET /", refused(1), "GET /", refused(2), refused(3), "GET /")).toEqual([
      refused(3),
      refused(2),
      refused(1),
    ]);
  });

  it.each([
    ["it complains seldom", [refused(1), "GET /", refused(2)]],
    ["it is well since", [refused(1), refused(2), refused(3), "INFO connected to database"]],
    ["the lines are information", [1, 2, 3].map((n) => `INFO connection refused ${n}`)],
    ["the lines are old", [1, 2, 3].map((n) => `2026-01-01T10:00:0${n}Z ERROR connection refused`)],
    [
      "it is long ago in the log",
      [refused(1), refused(2), refused(3), ...Array.from({ length: 20 }, () => "GET /")],
    ],
  ])("are none when %s", (_, lines) => {
    expect(complaints(...lines)).toEqual([]);
  });

  it("are found between the frames of their stacks", () => {
    const frames = Array.from({ length: 15 }, (_, n) => `\tat com.example.Pool.take(Pool.java:${n})`);
    const full = (n: number) => `java.sql.SQLException: Too many connections, try ${n}`;
    expect(complaints(full(1), ...frames, full(2), ...frames, full(3), ...frames)).toHaveLength(3);
  });

  it("are fresh when their own time says so", () => {
    expect(
      complaints(...[1, 2, 3].map((n) => `2026-01-01 11:58:0${n} ERROR connection refused`)),
    ).toHaveLength(3);
  });
});
