import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excerpt } from "./excerpt.ts";

const NEED = { namespace: "shop", pod: "web-1", container: "app", previous: false };

describe("excerpt", () => {
  it.each([
    { title: "an empty log", log: "", lines: [], truncated: false },
    { title: "a log without a final newline", log: "a\nb", lines: ["a", "b"], truncated: false },
    { title: "a log with a final newline", log: "a\nb\n", lines: ["a", "b"], truncated: false },
    { title: "empty lines", log: "\n\na\n\n", lines: ["", "", "a", ""], truncated: false },
    { title: "carriage returns before newlines", log: "a\r\nb\r\n", lines: ["a", "b"], truncated: false },
    { title: "more lines than wanted", log: "1\n2\n3\n4\n", lines: ["2", "3", "4"], truncated: true },
    { title: "an over-long line", log: "a\n1234567890\n", lines: ["a", "12345678"], truncated: true },
    { title: "a line of the greatest length", log: "äöüäöüäö\n", lines: ["äöüäöüäö"], truncated: false },
    { title: "a character cut in half", log: "1234567😀\n", lines: ["1234567\ufffd"], truncated: true },
  ])("keeps of $title what fits", ({ log, lines, truncated }) => {
    expect(excerpt(NEED, log, { lines: 3, lineLength: 8 })).toMatchObject(
      lines.length > 3 ? { lines: lines.slice(-3), truncated: true } : { lines, truncated },
    );
  });

  it("replaces invalid UTF-8", () => {
    expect(excerpt(NEED, Uint8Array.of(0x61, 0xff, 0x0a, 0xc3)).lines).toEqual(["a\ufffd", "\ufffd"]);
  });

  it("takes no time over a line of 10 MB", () => {
    const log = Buffer.concat([
      Buffer.from("first\n"),
      Buffer.alloc(10_000_000, "x"),
      Buffer.from("\nlast\n"),
    ]);
    const started = performance.now();
    const { lines, truncated } = excerpt(NEED, log);
    expect(performance.now() - started).toBeLessThan(200);
    expect(lines.map((line) => line.length)).toEqual([5, 2_000, 4]);
    expect(truncated).toBe(true);
  });

  it("never exceeds its limits and is always valid Unicode, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { lines } = excerpt(NEED, bytes, { lines: 5, lineLength: 10 });
        expect(lines.length).toBeLessThanOrEqual(5);
        expect(lines.every((line) => line.length <= 10 && line.isWellFormed() && !line.includes("\n"))).toBe(
          true,
        );
      }),
    );
  });

  it("gives back the lines of a log that fits", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: "grapheme" }).filter((line) => !/[\r\n\ufeff]/.test(line)),
          { minLength: 1, maxLength: 50 },
        ),
        (lines) => {
          expect(excerpt(NEED, `${lines.join("\n")}\n`).lines).toEqual(lines);
        },
      ),
    );
  });
});
