import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openRecordedCluster } from "@k8s-ops/k8s-cluster";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { verdictOf } from "../e2e/ask.ts";
import { answerOf } from "./call-tool.ts";
import { RECORDINGS, type RecordedQuestion } from "./save.ts";

const SAMPLE = fileURLToPath(new URL("../../../apps/stdio-server/sample/", import.meta.url));
const ONE_OBJECT = 6 * 1_024;
const NAMESPACE = 12 * 1_024;

const recordings = readdirSync(RECORDINGS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

describe("an answer, structured content and text together", () => {
  it.each(recordings)("is small and keeps its first cause for %s", async (name) => {
    const folder = join(RECORDINGS, name);
    const reader = await openRecordedCluster(join(folder, "recording"));
    const questions = load(
      readFileSync(join(folder, "questions.yaml"), "utf8"),
    ) as readonly RecordedQuestion[];
    for (const { tool, arguments: args, expected } of questions) {
      const { structured, text } = await answerOf(reader, tool, args);
      const limit = tool === "diagnose_namespace" ? NAMESPACE : ONE_OBJECT;
      expect(bytesOf(structured) + bytesOf(text), tool).toBeLessThanOrEqual(limit);
      const { cause, causes } = verdictOf(structured);
      expect(expected.causes ? { causes } : { cause }, tool).toEqual(
        expected.causes ? { causes: expected.causes } : { cause: expected.cause },
      );
    }
  });

  it("is small for a namespace with five broken workloads, which are all told of", async () => {
    const reader = await openRecordedCluster(SAMPLE);
    const { structured, text } = await answerOf(reader, "diagnose_namespace", { namespace: "analytics" });
    const { causes, causes_total } = structured as { causes: readonly unknown[]; causes_total: number };
    expect(causes_total).toBeGreaterThanOrEqual(5);
    expect(causes.length).toBe(causes_total);
    expect(bytesOf(structured) + bytesOf(text)).toBeLessThanOrEqual(NAMESPACE);
  });
});
