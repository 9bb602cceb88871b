import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText } from "./untrusted.ts";

describe("cleanText", () => {
  it.each([
    ["colours", "\u001B[31mred\u001B[0m", "red"],
    ["a window title", "\u001B]0;owned\u0007text", "text"],
    ["C1 controls", "a\u009B31mb", "ab"],
    ["zero-width characters", "pass\u200Bword\uFEFF", "password"],
    ["bidirectional overrides", "\u202Egnp.exe\u202C", "gnp.exe"],
    ["tag characters", "hi\u{E0041}\u{E007F}", "hi"],
    ["lone surrogates", "a\uD800b", "ab"],
    ["a carriage return that overwrites", "safe\rrm", "safe\nrm"],
    ["variation selectors", "a\uFE0F", "a"],
  ])("takes out %s", (_, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it("keeps letters of all scripts, emoji, tabs and newlines", () => {
    const text = "Größe\t日本語\n🚀 Привет";
    expect(cleanText(text)).toBe(text);
  });

  it("is idempotent and leaves no control, format or unpaired character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const clean = cleanText(text);
        expect(cleanText(clean)).toBe(clean);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean.replace(/[\t\n]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 2_000 },
    );
  });
});
