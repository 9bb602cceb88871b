import process from "node:process";
import { failureOf } from "@k8s-ops/mcp-contract";
import packageJson from "../package.json" with { type: "json" };
import { parseOptions } from "./options.ts";
import { USAGE, UsageError } from "./usage.ts";

/** Runs one command line. Exit codes: 0 done, 1 failed, 2 not understood. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await dispatch(args);
  } catch (error) {
    const failure = failureOf(error);
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`k8s-ops-mcp: ${failure ? `${failure.code}: ` : ""}${message}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

async function dispatch(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  const [command, ...rest] = options.positionals;
  if (options.help) process.stdout.write(USAGE);
  else if (options.version) process.stdout.write(`${packageJson.version}\n`);
  else if (command === undefined)
    await (await import("./commands/serve.ts")).serve(options, packageJson.version);
  else if (command === "snapshot") await (await import("./commands/snapshot.ts")).snapshot(options);
  else if (command === "policy") await (await import("./commands/policy.ts")).policy(rest, options);
  else if (command === "audit") await (await import("./commands/audit.ts")).audit(rest, options);
  else throw new UsageError(`There is no command ${JSON.stringify(command)}. See k8s-ops-mcp --help.`);
}
