import { describe, expect, it } from "vitest";
import { layerViolations } from "./layers.ts";
import { ROOT } from "./steps.ts";

describe("layers", () => {
  it("imports follow the table", () => {
    expect(layerViolations(ROOT)).toEqual([]);
  });
});
