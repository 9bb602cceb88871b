import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Runs a step and ends the process with its exit code when it fails. Output is shown only then, unless asked for. */
export function runStep({ name, command, args }: Step, { show = false } = {}): void {
  const started = performance.now();
  process.stderr.write(`• ${name} … `);
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
    env: { ...process.env, DO_NOT_TRACK: "1", TURBO_TELEMETRY_DISABLED: "1" },
    maxBuffer: 256 * 1024 * 1024,
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (status === 0) {
    process.stderr.write(`${show ? `• ${name}: ` : ""}ok (${seconds} s)\n`);
    return;
  }
  process.stderr.write(`failed (${seconds} s): ${command} ${args.join(" ")}\n`);
  if (error) process.stderr.write(`${error.message}\n`);
  if (!show) process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  process.exit(status === null || status === 0 ? 1 : status);
}

/** Installs what the lockfile says. */
export const INSTALL: Step = {
  name: "install",
  command: "pnpm",
  args: ["install", "--frozen-lockfile", "--prefer-offline"],
};

export const BUILD: Step = { name: "build", command: "pnpm", args: ["run", "build"] };
