import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openRecordedCluster } from "@k8s-ops/k8s-cluster";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { verdictOf } from "../e2e/ask.ts";
import { callTool } from "./call-tool.ts";
import { RECORDINGS, type RecordedQuestion } from "./save.ts";

const recordings = readdirSync(RECORDINGS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(recordings)("the recording %s", (name) => {
  const folder = join(RECORDINGS, name);
  const questions = load(readFileSync(join(folder, "questions.yaml"), "utf8")) as readonly RecordedQuestion[];

  it.each(questions)(
    "gets the verdict of the live cluster from $tool",
    async ({ tool, arguments: args, expected }) => {
      const reader = await openRecordedCluster(join(folder, "recording"));
      expect(verdictOf(await callTool(reader, tool, args))).toMatchObject(expected);
    },
  );
});
