import process from "node:process";
import { parseArgs } from "node:util";
import type { Diagnosis } from "@k8s-ops/k8s-diagnostics";
import { report } from "./report.ts";
import { openSession, type ToolAnswer } from "./session.ts";

/**
 * Asks the built stdio server through MCP what is broken, and prints the verdict. The cluster is the one of
 * --kubeconfig, else the current context if it answers, else the sample recording.
 */
const { values } = parseArgs({
  options: {
    kubeconfig: { type: "string" },
    context: { type: "string" },
    namespace: { type: "string" },
    snapshot: { type: "string" },
  },
});

const chosen = [
  ...(values.kubeconfig === undefined ? [] : ["--kubeconfig", values.kubeconfig]),
  ...(values.context === undefined ? [] : ["--context", values.context]),
  ...(values.snapshot === undefined ? [] : ["--snapshot", values.snapshot]),
];
const answer = await ask(chosen);
if (answer.structured) {
  print(answer.structured);
} else if (chosen.length > 0) {
  fail(answer);
} else {
  console.log(
    `No live cluster (${answer.error?.code}): this is the sample recording. Yours: npm run demo -- --kubeconfig FILE\n`,
  );
  const sample = await ask(["--snapshot", "sample"]);
  if (sample.structured) print(sample.structured);
  else fail(sample);
}

async function ask(options: readonly string[]): Promise<ToolAnswer> {
  const session = await openSession([...options, "--max-bytes", "262144"]);
  try {
    return values.namespace === undefined
      ? await session.call("diagnose_cluster", {})
      : await session.call("diagnose_namespace", { namespace: values.namespace });
  } finally {
    await session.close();
  }
}

function print(structured: Readonly<Record<string, unknown>>): void {
  const width = Math.min(process.stdout.columns ?? 100, 120);
  const color = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  console.log(`\n${report(structured as unknown as Diagnosis, { color, width })}`);
}

function fail({ error }: ToolAnswer): void {
  console.error(`${error?.code}: ${error?.message}`);
  process.exitCode = 1;
}
