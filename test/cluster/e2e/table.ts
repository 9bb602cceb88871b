import { isDeepStrictEqual } from "node:util";
import { type Answer, comparable, expectedOf } from "./ask.ts";
import type { ExpectedCause } from "./scenario.ts";

const HEAD = ["", "scenario", "question", "expected", "first cause", "calls", "ms", "bytes"];

/** All answers as a table for a person. */
export function table(answers: readonly Answer[]): string {
  const rows = answers.map((answer) => {
    const { scenario, verdict } = answer;
    return [
      isRight(answer) ? "ok" : "NO",
      scenario.name,
      answer.question.tool,
      words(scenario.cause),
      verdict.cause || verdict.issues.length === 0
        ? words(verdict.cause)
        : `issues: ${verdict.issues.join(", ")}`,
      "1",
      String(answer.milliseconds),
      String(answer.bytes),
    ];
  });
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [HEAD, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Whether the answer is what the scenario expects. */
export function isRight({ scenario, verdict }: Answer): boolean {
  return isDeepStrictEqual(comparable(scenario, verdict), expectedOf(scenario));
}

function words(cause: ExpectedCause | undefined): string {
  return cause ? `${cause.code} ${cause.object.kind}/${cause.object.name}` : "healthy";
}
