import { describe, expect, it } from "vitest";
import { isLike, type Pattern } from "./like.ts";

const pod = {
  status: {
    phase: "Running",
    containerStatuses: [
      {
        name: "a",
        restartCount: 3,
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s" } },
      },
      { name: "b", restartCount: 0, state: { running: {} } },
    ],
  },
};

describe("an object is like a pattern", () => {
  it.each<{ pattern: Pattern; expected: boolean }>([
    { pattern: { status: { phase: "Running" } }, expected: true },
    { pattern: { status: { phase: "Pending" } }, expected: false },
    { pattern: { spec: {} }, expected: false },
    { pattern: { spec: { absent: true } }, expected: true },
    { pattern: { status: { absent: true } }, expected: false },
    { pattern: { status: { containerStatuses: [{ name: "b", state: { running: {} } }] } }, expected: true },
    { pattern: { status: { containerStatuses: [{ name: "a", state: { running: {} } }] } }, expected: false },
    { pattern: { status: { containerStatuses: [{ name: "a" }, { name: "b" }] } }, expected: true },
    { pattern: { status: { containerStatuses: [{ restartCount: { at_least: 3 } }] } }, expected: true },
    { pattern: { status: { containerStatuses: [{ restartCount: { at_least: 4 } }] } }, expected: false },
    {
      pattern: { status: { containerStatuses: [{ state: { waiting: { message: { contains: "10s" } } } }] } },
      expected: true,
    },
    { pattern: { status: { phase: { contains: "x" } } }, expected: false },
  ])("$pattern: $expected", ({ pattern, expected }) => {
    expect(isLike(pod, pattern)).toBe(expected);
  });
});
