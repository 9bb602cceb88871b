import { describe, expect, it } from "vitest";
import { nearestName } from "./nearest.ts";

describe("the nearest name", () => {
  it.each([
    ["wbe", ["web", "billing"], "web"],
    ["api-sever", ["api-server", "api-saver"], "api-server"],
    ["web", ["web"], undefined],
    ["web", ["billing", "shop"], undefined],
    ["frontend", ["front-end", "backend"], "front-end"],
  ])("to %s among %j is %s", (wanted, candidates, expected) => {
    expect(nearestName(wanted, candidates)).toBe(expected);
  });
});
