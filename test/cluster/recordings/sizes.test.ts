import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openRecordedCluster } from "@k8s-ops/k8s-cluster";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { verdictOf } from "../e2e/ask.ts";
import { answerOf, callTool } from "./call-tool.ts";
import { RECORDINGS, type RecordedQuestion } from "./save.ts";

const SAMPLE = fileURLToPath(new URL("../../../apps/stdio-server/sample/", import.meta.url));
const ONE_OBJECT = 6 * 1_024;
const NAMESPACE = 12 * 1_024;

const recordings = readdirSync(RECORDINGS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function questionsOf(folder: string): readonly RecordedQuestion[] {
  return load(readFileSync(join(folder, "questions.yaml"), "utf8")) as readonly RecordedQuestion[];
}

const PROMISED = ["container", "ready", "reason", "exit_code", "restart_count", "count", "recent"];

interface Told {
  readonly causes: readonly { readonly remedies: readonly { readonly step: string }[] }[];
  readonly issues: readonly Readonly<Record<string, unknown>>[];
  readonly recommendations: readonly string[];
  readonly not_checked: readonly { readonly reason: string }[];
  readonly truncated?: string;
}

/** Of the whole result of a call, as it is sent. */
function bytesOf({ structured, text }: { readonly structured: unknown; readonly text: string }): number {
  const sent = { content: [{ type: "text", text }], structuredContent: structured };
  return Buffer.byteLength(JSON.stringify(sent));
}

const stepsOf = ({ causes }: Told) => causes.flatMap(({ remedies }) => remedies.map(({ step }) => step));
const reasonsOf = ({ not_checked }: Told) => new Set(not_checked.map(({ reason }) => reason));
const promisedOf = ({ issues }: Told) =>
  issues.map((issue) => [issue.code, ...PROMISED.filter((key) => issue[key] !== undefined)]);

describe("an answer, structured content and text together", () => {
  it.each(recordings)("is small and keeps its first cause for %s", async (name) => {
    const folder = join(RECORDINGS, name);
    const reader = await openRecordedCluster(join(folder, "recording"));
    for (const { tool, arguments: args, expected } of questionsOf(folder)) {
      const answer = await answerOf(reader, tool, args);
      const { structured } = answer;
      const limit = tool === "diagnose_namespace" ? NAMESPACE : ONE_OBJECT;
      expect(bytesOf(answer), tool).toBeLessThanOrEqual(limit);
      const { cause, causes } = verdictOf(structured);
      expect(expected.causes ? { causes } : { cause }, tool).toEqual(
        expected.causes ? { causes: expected.causes } : { cause: expected.cause },
      );
    }
  });

  it.each(recordings)("is honest about what was cut for %s", async (name) => {
    const folder = join(RECORDINGS, name);
    const reader = await openRecordedCluster(join(folder, "recording"));
    for (const { tool, arguments: args } of questionsOf(folder)) {
      const whole = (await callTool(reader, tool, args)) as unknown as Told;
      const told = (await answerOf(reader, tool, args)).structured as unknown as Told;
      expect(promisedOf(told), tool).toEqual(promisedOf(whole).slice(0, told.issues.length));
      expect(stepsOf(whole), tool).toEqual(expect.arrayContaining(stepsOf(told)));
      expect(whole.recommendations, tool).toEqual(expect.arrayContaining([...told.recommendations]));
      expect(reasonsOf(told), tool).toEqual(reasonsOf(whole));
      const left = whole.issues.length - told.issues.length;
      if (left > 0) expect(told.truncated, tool).toContain(`${left} of ${whole.issues.length} issues`);
    }
  });

  it("is small for a namespace with five broken workloads, which are all told of", async () => {
    const reader = await openRecordedCluster(SAMPLE);
    const answer = await answerOf(reader, "diagnose_namespace", { namespace: "analytics" });
    const { causes, causes_total } = answer.structured as {
      causes: readonly unknown[];
      causes_total: number;
    };
    expect(causes_total).toBeGreaterThanOrEqual(5);
    expect(causes.length).toBe(causes_total);
    expect(bytesOf(answer)).toBeLessThanOrEqual(NAMESPACE);
  });
});
