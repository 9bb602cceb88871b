import { describe, expect, it } from "vitest";
import { overrideText } from "./precondition.ts";

describe("overrideText", () => {
  it.each([
    ["nothing", undefined, undefined],
    ["the argument of the call and who may give it", "call", /^override: \["cool_down"\].*overrides$/],
    ["what to do instead", { instead: "Wait." }, /^Wait\.$/],
  ] as const)("says %s", (_, override, text) => {
    const verdict = { code: "cool_down", verdict: "refuse", message: "" } as const;
    const said = overrideText(override === undefined ? verdict : { ...verdict, override });
    if (text === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(text);
  });
});
