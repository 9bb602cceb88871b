import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type ClusterReader, collect } from "@k8s-ops/k8s-cluster";
import { openSession, type Session } from "../../../scripts/demo/session.ts";
import { ROOT } from "../../../scripts/steps.ts";
import { type Place, questionsAlike } from "./alike.ts";
import { type Answer, ask, type Question } from "./ask.ts";
import type { Scenario, Target } from "./scenario.ts";

const ENTRY = join(ROOT, "apps/stdio-server/dist/main.js");

/** Puts a Pod's name where the target gives its labels, and the scenario's namespace where the tool takes one. */
export async function questionOf(
  reader: ClusterReader,
  { namespace }: Scenario,
  { tool, arguments: given = {}, pod }: Target,
): Promise<Question> {
  const where = tool === "diagnose_cluster" ? {} : { namespace };
  if (!pod) return { tool, arguments: { ...where, ...given } };
  const { items } = await reader.read({ resource: "pods", namespace });
  const labels = Object.entries(pod);
  const found = items.find(({ metadata }) =>
    labels.every(([key, value]) => metadata.labels?.[key] === value),
  );
  if (!found) throw new Error(`no Pod in ${namespace} has the labels ${JSON.stringify(pod)}`);
  return { tool, arguments: { ...where, pod_name: found.metadata.name, ...given } };
}

const AROUND = ["pods", "services", "replicaSets", "jobs"] as const;

/** All questions of a scenario: the given ones, and those that others would ask about the same fault. */
async function questionsOf(reader: ClusterReader, scenario: Scenario): Promise<readonly Question[]> {
  const { namespace } = scenario;
  const given = await Promise.all(scenario.targets.map((target) => questionOf(reader, scenario, target)));
  if (scenario.alike === false) return given;
  const { objects } = await collect(
    reader,
    AROUND.map((resource) => ({ resource, namespace })),
  );
  const place: Place = { namespace, objects };
  const all = given.flatMap((question) => questionsAlike(question, place));
  return [...new Map(all.map((question) => [JSON.stringify(question), question])).values()];
}

/** Starts the built server once, as a user would, and asks it every question of every scenario. */
export async function askAll(
  scenarios: readonly Scenario[],
  reader: ClusterReader,
  options: readonly string[],
): Promise<readonly Answer[]> {
  const session: Session = await openSession(options);
  try {
    const answers: Answer[] = [];
    for (const scenario of scenarios) {
      for (const question of await questionsOf(reader, scenario)) {
        answers.push(await ask(session, scenario, question));
      }
    }
    return answers;
  } finally {
    await session.close();
  }
}

/** Records the whole cluster with `k8s-ops-mcp snapshot` and returns the recording's folder. */
export function recordCluster(kubeconfig: string): string {
  const out = join(mkdtempSync(join(tmpdir(), "k8s-ops-scenarios-")), "recording");
  const args = [ENTRY, "snapshot", "--kubeconfig", kubeconfig, "--out", out];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`k8s-ops-mcp snapshot ended with code ${status}:\n${stderr}`);
  return out;
}
