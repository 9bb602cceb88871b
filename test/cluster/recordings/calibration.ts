import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openRecordedCluster, type Snapshot } from "@k8s-ops/k8s-cluster";
import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import {
  type Cause,
  CHECKS,
  type Check,
  type Confidence,
  examine,
  reachVerdict,
} from "@k8s-ops/k8s-diagnostics";
import { load } from "js-yaml";
import type { ExpectedCause } from "../e2e/scenario.ts";
import { callTool } from "./call-tool.ts";
import { RECORDINGS, type RecordedQuestion } from "./save.ts";

/** One cause that was named, and whether it is one. */
export interface Judged {
  readonly source: "recordings of a real cluster" | "fixtures of checks";
  readonly confidence: Confidence;
  readonly isRight: boolean;
  readonly what: string;
}

const FIXTURES = fileURLToPath(new URL("../../../packages/k8s-diagnostics/src/checks/", import.meta.url));

/** Every cause that the answers about a recorded scenario name, once for each: right are those that it expects. */
export async function judgeRecordings(): Promise<readonly Judged[]> {
  const names = readdirSync(RECORDINGS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const judged = await Promise.all(names.map(({ name }) => judgeRecording(name)));
  return judged.flat();
}

async function judgeRecording(name: string): Promise<readonly Judged[]> {
  const folder = join(RECORDINGS, name);
  const reader = await openRecordedCluster(join(folder, "recording"));
  const questions = load(readFileSync(join(folder, "questions.yaml"), "utf8")) as readonly RecordedQuestion[];
  const judged = new Map<string, Judged>();
  for (const { tool, arguments: args, expected } of questions) {
    const { causes } = (await callTool(reader, tool, args)) as { causes: readonly Cause[] };
    const { cause, causes: wanted = cause ? [cause] : [] } = expected as {
      readonly cause?: ExpectedCause;
      readonly causes?: readonly ExpectedCause[];
    };
    for (const { code, object, confidence } of causes) {
      const isRight = wanted.some(
        (each) => code === each.code && object.kind === each.object.kind && object.name === each.object.name,
      );
      const what = `${name}: ${code} of ${object.kind} ${object.name}`;
      judged.set(`${what} ${confidence} ${isRight}`, {
        source: "recordings of a real cluster",
        confidence,
        isRight,
        what,
      });
    }
  }
  return [...judged.values()];
}

/**
 * Fixtures that show a fault must name it; what is called healthy must have no cause. Fixtures are abbreviated, so that
 * further causes in those with a fault say nothing.
 */
export function judgeFixtures(): readonly Judged[] {
  return CHECKS.flatMap((check: Check) => {
    const folder = join(FIXTURES, check.id.replaceAll("_", "-"), "fixtures");
    return readdirSync(folder).flatMap((file) =>
      judgeFixture(check, file, snapshotFromFile(join(folder, file))),
    );
  });
}

function judgeFixture(check: Check, file: string, snapshot: Snapshot): readonly Judged[] {
  const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
  const judge = (cause: Cause | undefined, isRight: boolean): readonly Judged[] =>
    cause
      ? [
          {
            source: "fixtures of checks",
            confidence: cause.confidence,
            isRight,
            what: `${check.id}/${file}: ${cause.code}`,
          },
        ]
      : [];
  if (file.startsWith("healthy")) return causes.flatMap((cause) => judge(cause, false));
  if (!file.startsWith("fault") || check.level === "symptom") return [];
  const own = causes.filter(({ code }) => code === check.id);
  const severe = check
    .run({ objects: snapshot.objects, asOf: snapshot.asOf })
    .some(({ severity = check.severity }) => severity !== "low");
  if (own.length === 0)
    return severe
      ? judge(
          causes.find((cause) => !isMoreSpecific(cause, check)),
          false,
        )
      : [];
  return own.flatMap((cause) => judge(cause, true));
}

/** Another check that knows more of the same, or the reason behind it, may take its place. */
function isMoreSpecific({ code, explains }: Cause, check: Check): boolean {
  const replaces: readonly string[] = CHECKS.find(({ id }) => id === code)?.supersedes ?? [];
  return replaces.includes(check.id) || explains.some((issue) => issue.code === check.id);
}
