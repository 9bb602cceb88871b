import { describe, expect, it } from "vitest";
import { parseQuantity } from "./quantity.ts";

describe("parseQuantity", () => {
  it.each([
    ["100m", 0.1],
    ["2", 2],
    [2, 2],
    ["1.5", 1.5],
    [".5", 0.5],
    ["128Mi", 134_217_728],
    ["1Gi", 1_073_741_824],
    ["1G", 1e9],
    ["1k", 1e3],
    ["1e3", 1e3],
    ["12E6", 12e6],
    ["250n", 250e-9],
    ["-1", -1],
  ])("reads %s as %s", (text, value) => {
    expect(parseQuantity(text)).toBeCloseTo(value, 9);
  });

  it.each(["", "1 Gi", "1gi", "one", "1.2.3", "1e1000", undefined])("takes %s for no quantity", (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});
