import { describe, expect, it } from "vitest";
import { createReadOnlyWriter } from "./read-only.ts";

const writer = createReadOnlyWriter({ name: "sample", source: "recording" });
const key = { resource: "pods", namespace: "shop", name: "web" } as const;
const precondition = { uid: "u" };

describe("the writer of a recording", () => {
  it.each([true, false])("refuses everything with read_only, dry run: %s", async (dryRun) => {
    const options = { dryRun };
    const attempts = [
      writer.get(key),
      writer.list(key),
      writer.patch(key, { type: "merge", value: {} }, precondition, options),
      writer.scale(key, 1, precondition, options),
      writer.evict(key, precondition, options),
      writer.create(key, {}, options),
      writer.delete(key, precondition, options),
    ];
    for (const attempt of attempts) {
      await expect(attempt).rejects.toMatchObject({ code: "read_only", retryable: false });
      await expect(attempt).rejects.toThrow("sample is a recording");
    }
  });
});
