import { parseArgs } from "node:util";
import { down } from "./down.ts";
import { ClusterError, messageOf } from "./errors.ts";
import { imageTags } from "./image-table.ts";
import { files } from "./layout.ts";
import { requireRoot } from "./requirements.ts";
import { reset } from "./reset.ts";
import { scale } from "./scale.ts";
import { status } from "./status.ts";
import { up } from "./up.ts";

const usage = `Usage: pnpm cluster COMMAND

  up                        start a real Kubernetes on this machine, or find it started;
                            the last line of stdout is its kubeconfig's path
  status                    tell how each component does; fails when one is dead
  reset                     delete all that was made in it since \`up\`
  scale --nodes N --pods M  imitate N nodes and M Pods with kwok; --nodes 0 removes them
  images                    list the images that Pods can use
  down                      remove the cluster without a trace

A Debian machine, root and Go are needed. Logs: ${files.logs}
`;

const commands = {
  up: runUp,
  status: withoutOptions(asRoot(status)),
  reset: withoutOptions(asRoot(reset)),
  scale: runScale,
  images: withoutOptions(async () => console.log(imageTags().join("\n"))),
  down: withoutOptions(asRoot(down)),
} satisfies Record<string, (args: string[], signal: AbortSignal) => Promise<void>>;

async function runUp(args: string[], signal: AbortSignal): Promise<void> {
  noOptions(args);
  const kubeconfig = await up(signal);
  process.stderr.write(
    `\nkubectl and helm of matching versions:\n  export PATH=${files.bin}:$PATH KUBECONFIG=${kubeconfig}\n\n`,
  );
  console.log(kubeconfig);
}

async function runScale(args: string[], signal: AbortSignal): Promise<void> {
  const { values } = parse(args, { nodes: { type: "string" }, pods: { type: "string", default: "0" } });
  const nodes = count("--nodes", values.nodes);
  const pods = count("--pods", values.pods);
  if (nodes === 0 && pods > 0) throw new ClusterError("Pods need nodes: give --nodes too", 2);
  if (pods > nodes * 1000) throw new ClusterError("a node takes 1000 Pods: give more --nodes", 2);
  await asRoot((interruption) => scale({ nodes, pods }, interruption))(signal);
}

function count(option: string, value: string | boolean | undefined): number {
  if (typeof value !== "string" || !/^\d{1,6}$/.test(value))
    throw new ClusterError(`${option} takes a number\n\n${usage}`, 2);
  return Number(value);
}

function withoutOptions(command: (signal: AbortSignal) => Promise<void>) {
  return async (args: string[], signal: AbortSignal) => {
    noOptions(args);
    await command(signal);
  };
}

function asRoot(command: (signal: AbortSignal) => Promise<void>) {
  return async (signal: AbortSignal) => {
    requireRoot();
    await command(signal);
  };
}

/** A kubeconfig is no option here, so no command can reach a cluster that it did not start. */
function noOptions(args: string[]): void {
  parse(args, {});
}

function parse<T extends NonNullable<Parameters<typeof parseArgs>[0]>["options"]>(
  args: string[],
  options: T,
) {
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new ClusterError(`${messageOf(error)}\n\n${usage}`, 2);
  }
}

async function main([name = "", ...args]: string[]): Promise<number> {
  if (name === "help" || name === "--help" || name === "-h") {
    console.log(usage);
    return 0;
  }
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => interruption.abort(new ClusterError("interrupted", 130)));
  }
  try {
    const command = Object.entries(commands).find(([key]) => key === name)?.[1];
    if (command === undefined)
      throw new ClusterError(name === "" ? usage : `unknown command ${name}\n\n${usage}`, 2);
    await command(args, interruption.signal);
    return 0;
  } catch (error) {
    const cause = interruption.signal.aborted ? interruption.signal.reason : error;
    process.stderr.write(
      `${cause instanceof ClusterError ? cause.message : String((cause as Error).stack)}\n`,
    );
    return cause instanceof ClusterError ? cause.exitCode : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
