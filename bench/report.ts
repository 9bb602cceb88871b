import { cpus, loadavg, totalmem } from "node:os";
import process from "node:process";
import type { Calls } from "./calls.ts";
import { PEER } from "./peer.ts";
import type { Starts } from "./start.ts";
import { medianRatio, percentile } from "./statistics.ts";

export interface Measured {
  readonly rounds: number;
  /** Whether a real cluster stood behind the kubeconfig of the starts. */
  readonly live: boolean;
  readonly ours: Starts;
  /** Missing where the peer could not be had. */
  readonly peer?: Starts;
  readonly node: readonly number[];
  readonly calls: readonly Calls[];
}

/** The results as the Markdown of RESULTS.md. */
export function render({ rounds, live, ours, peer, node, calls }: Measured): string {
  const ratio = peer ? medianRatio(ours.initialize, peer.initialize) : undefined;
  const rows = [
    [
      "initialize answered",
      milliseconds(ours.initialize),
      peer && milliseconds(peer.initialize),
      "≤ 1.5 × the peer",
      peer && verdict(ratio, 1.5, "×"),
    ],
    ["tools/list answered, from the start", milliseconds(ours.list), peer && milliseconds(peer.list), "", ""],
    [
      "memory after tools/list",
      megabytes(ours.memory),
      peer && megabytes(peer.memory),
      "≤ 80 MB",
      verdict(percentile(ours.memory, 0.5), 80, " MB"),
    ],
    [
      "tools/list",
      `${ours.tools} tools, ${ours.listBytes} bytes`,
      peer && `${peer.tools} tools, ${peer.listBytes} bytes`,
      "≤ 24,576 bytes",
      verdict(ours.listBytes, 24_576, " bytes"),
    ],
  ];
  const table = rows.map(
    ([what, our, their = "not measured", goal, met = ""]) =>
      `| ${what} | ${our} | ${their} | ${goal} | ${met} |`,
  );
  return `# Measured

\`pnpm run build && pnpm bench${live ? " --kubeconfig FILE" : ""}\` measures and writes this file.

Machine: ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${(totalmem() / 1e9).toFixed(0)} GB of memory, ${process.platform} ${process.arch}, Node ${process.versions.node}; load ${loadavg()[0]?.toFixed(1)} when it ended.
Medians of ${rounds} starts, [10th to 90th percentile]. Both servers start in turn, with the same kubeconfig, whose API server ${live ? "is a real one on this machine" : "is on loopback and knows nothing"}. The peer is containers/${PEER.name} ${PEER.version}, written in Go, as released. The ratio is the median of the ratios of neighbouring starts. Memory is resident memory.

## Start

| | k8s-ops-mcp | peer | goal | |
| --- | --- | --- | --- | --- |
${table.join("\n")}

Node alone starts and ends in ${milliseconds(node)}.

## Calls on the sample recording, one at a time

| tool | first call | p50 | p95 | memory after ${calls[0]?.further.length} |
| --- | --- | --- | --- | --- |
${calls.map(callRow).join("\n")}
`;
}

function callRow({ tool, first, further, memory }: Calls): string {
  const cells = [tool, first, percentile(further, 0.5), percentile(further, 0.95)].map((cell) =>
    typeof cell === "number" ? `${cell.toFixed(1)} ms` : cell,
  );
  return `| ${cells.join(" | ")} | ${memory?.toFixed(0) ?? "?"} MB |`;
}

function verdict(value: number | undefined, limit: number, unit: string): string {
  if (value === undefined || Number.isNaN(value)) return "not measured";
  const shown = unit === "×" ? value.toFixed(2) : String(Math.round(value));
  return `${shown}${unit}: ${value <= limit ? "met" : "missed"}`;
}

function milliseconds(values: readonly number[]): string {
  return spread(values, "ms");
}

function megabytes(values: readonly number[]): string {
  return values.length === 0 ? "not measured" : spread(values, "MB");
}

function spread(values: readonly number[], unit: string): string {
  const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => percentile(values, share).toFixed(0));
  return `${middle} ${unit} [${low}–${high}]`;
}
