import { rmSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { type ClusterReader, openRecordedCluster } from "@k8s-ops/k8s-cluster";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILD, runStep } from "../../../scripts/steps.ts";
import { saveRecordings } from "../recordings/save.ts";
import { progress } from "../src/report.ts";
import { requireCluster } from "../src/status.ts";
import { type Answer, comparable, expectedOf } from "./ask.ts";
import { applyAll, findCluster, makeStep, openReader, removeAll } from "./cluster.ts";
import { loadScenarios } from "./scenario.ts";
import { type Settled, settle } from "./settle.ts";
import { askAll, recordCluster } from "./suite.ts";
import { table } from "./table.ts";

/** A comma-separated selection of scenarios; default all. */
const only = process.env.K8S_OPS_SCENARIOS?.split(",") ?? [];
const scenarios = loadScenarios(only);
const abort = new AbortController();

let kubeconfig: string;
let reader: ClusterReader | undefined;
let recording: string | undefined;
let settled: readonly Settled[] = [];
let live: readonly Answer[] = [];
let recorded: readonly Answer[] = [];

/** A component of our own cluster that died is named, instead of what failed for want of it. */
async function assertWell(): Promise<void> {
  if (process.env.K8S_OPS_KUBECONFIG === undefined) await requireCluster();
}

beforeAll(async () => {
  runStep(BUILD);
  kubeconfig = await findCluster(abort.signal);
  reader = await openReader(kubeconfig);
  await removeAll(scenarios, kubeconfig);
  await applyAll(scenarios, kubeconfig);
  settled = await settle(scenarios, {
    reader,
    assertWell,
    onStep: (scenario, step) => makeStep(scenario, step, kubeconfig),
    onSettled: ({ scenario, seconds, missing }, left) => {
      const state = missing.length === 0 ? "settled" : `DID NOT SETTLE: ${missing.join(" ")}`;
      progress(`${scenario.name} ${state} after ${seconds.toFixed(0)} s, ${left} left`);
    },
  });
  live = await askAll(scenarios, reader, ["--kubeconfig", kubeconfig]);
  recording = recordCluster(kubeconfig);
  const replay = await openRecordedCluster(recording);
  recorded = await askAll(scenarios, replay, ["--snapshot", recording]);
  if (process.env.K8S_OPS_SAVE_RECORDINGS) await saveRecordings(recording, scenarios, recorded);
}, 20 * 60_000);

afterAll(async () => {
  console.log(`\n${table(live)}\n`);
  abort.abort();
  await reader?.close();
  if (recording !== undefined) rmSync(dirname(recording), { recursive: true, force: true });
  if (kubeconfig === undefined || process.env.K8S_OPS_KEEP) return;
  await assertWell();
  await removeAll(scenarios, kubeconfig);
}, 5 * 60_000);

describe.each(scenarios.map((scenario) => ({ scenario, title: scenario.title, name: scenario.name })))(
  "$name: $title",
  ({ scenario }) => {
    it("becomes what it must", () => {
      expect(settled.find((each) => each.scenario === scenario)?.missing).toEqual([]);
    });

    const label = ({ question }: Answer): string => `${question.tool} ${JSON.stringify(question.arguments)}`;
    const answersOf = (answers: readonly Answer[]) => answers.filter((each) => each.scenario === scenario);

    it("is told with one call, from wherever it is asked", () => {
      const told = answersOf(live);
      expect(told.length).toBeGreaterThanOrEqual(scenario.targets.length);
      for (const answer of told) {
        expect(comparable(scenario, answer.verdict), label(answer)).toEqual(expectedOf(scenario));
      }
    });

    it("is told the same from a recording", () => {
      const states = new Map(
        answersOf(live).map((answer) => [label(answer), wellness(answer.verdict.state)]),
      );
      const told = answersOf(recorded);
      expect(told.length).toBeGreaterThanOrEqual(scenario.targets.length);
      for (const answer of told) {
        const state = wellness(answer.verdict.state);
        expect({ state, ...comparable(scenario, answer.verdict) }, label(answer)).toEqual({
          // A Pod that came after the live questions was not asked about then.
          state: states.get(label(answer)) ?? state,
          ...expectedOf(scenario),
        });
      }
    });
  },
);

/** What crashes and comes back is degraded at one moment and failing at the next; the recording is of a later one. */
function wellness(state: string): string {
  return state === "degraded" || state === "failing" ? "troubled" : state;
}
