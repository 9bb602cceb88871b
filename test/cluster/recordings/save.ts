import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { KubeObject } from "@k8s-ops/k8s-cluster";
import { dump } from "js-yaml";
import { type Answer, toldOf } from "../e2e/ask.ts";
import type { Scenario } from "../e2e/scenario.ts";
import { isRight } from "../e2e/table.ts";
import { stateDir } from "../src/layout.ts";
import { trimRecording } from "./trim.ts";

export const RECORDINGS = fileURLToPath(new URL("./", import.meta.url));

/** A question about a recording and the answer that it must get. */
export interface RecordedQuestion {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Keeps a recording of every scenario whose questions were all answered as expected, with the questions beside it. */
export async function saveRecordings(
  whole: string,
  scenarios: readonly Scenario[],
  answers: readonly Answer[],
): Promise<void> {
  for (const scenario of scenarios) {
    const own = answers.filter((answer) => answer.scenario === scenario);
    if (own.length === 0 || !own.every(isRight)) continue;
    const folder = join(RECORDINGS, scenario.name);
    await trimRecording(whole, join(folder, "recording"), {
      namespaces: [scenario.namespace],
      cluster: "test",
      keep: ({ metadata }: KubeObject) => metadata.name.startsWith(scenario.namespace),
      rewrite: (text) => text.replaceAll(`${stateDir}/volumes`, "/mnt/volumes"),
    });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "questions.yaml"), dump(own.map(questionOf), { lineWidth: -1, noRefs: true }));
  }
}

function questionOf({ scenario, question, verdict }: Answer): RecordedQuestion {
  return {
    ...question,
    expected: { state: verdict.state, ...toldOf(scenario, verdict) },
  };
}
