import { describe, expect, it } from "vitest";
import { parseDocuments } from "./parse.ts";

const NINE = [..."abcdefghi"];

/** Nine lists of nine aliases, each of the list before: 9^9 values in less than a kilobyte. */
const BOMB = NINE.map((name, index) => {
  const before = NINE[index - 1];
  return `${name}: &${name} [${NINE.map(() => (before === undefined ? "x" : `*${before}`)).join(", ")}]`;
}).join("\n");

const DEEP = 200_000;

describe("a file of a recording", () => {
  it.each([
    ["repeats itself without bound", "bomb.yaml", BOMB],
    ["contains itself", "loop.yaml", "a: &a [*a]"],
    ["nests too deeply in JSON", "deep.json", "[".repeat(DEEP) + "]".repeat(DEEP)],
    ["nests too deeply in YAML", "deep.yaml", "[".repeat(DEEP) + "]".repeat(DEEP)],
  ])("is refused when it %s", (_, path, text) => {
    expect(() => parseDocuments(path, text)).toThrow(
      expect.objectContaining({ code: "malformed_recording", message: expect.stringContaining(path) }),
    );
  });

  it("may use aliases and hold much, as long as it is written out", () => {
    const [aliased] = parseDocuments("a.yaml", "a: &a {x: 1}\nb: *a\nc: *a");
    expect(aliased).toEqual({ a: { x: 1 }, b: { x: 1 }, c: { x: 1 } });
    const much = JSON.stringify(Array.from({ length: 1_200_000 }, (_, index) => index));
    expect(parseDocuments("much.json", much)).toHaveLength(1);
  });
});
