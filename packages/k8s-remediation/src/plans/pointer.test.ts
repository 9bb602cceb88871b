import { describe, expect, it } from "vitest";
import { valueAt } from "./pointer.ts";

const object = { spec: { list: [{ image: "a" }], "a/b~c": 1, none: null }, text: "abc" };

describe("valueAt", () => {
  it.each([
    ["/spec/list/0/image", "a"],
    ["/spec/a~1b~0c", 1],
    ["/spec/none", null],
    ["/spec/none/deeper", undefined],
    ["/spec/list/1/image", undefined],
    ["/missing/deep/down", undefined],
    ["/text/missing", undefined],
    ["", object],
  ])("%s", (pointer, value) => {
    expect(valueAt(object, pointer)).toEqual(value);
  });
});
