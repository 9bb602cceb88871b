import { spawn } from "node:child_process";
import { messageOf } from "./errors.ts";

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly input?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** In a process group of its own a command is spared the terminal's Ctrl-C. */
  readonly detached?: boolean | undefined;
}

/** Runs a command to its end. A command that cannot start counts as code 127. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      signal: options.signal,
      killSignal: "SIGINT",
      detached: options.detached ?? false,
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", (error) => resolve({ code: 127, stdout, stderr: stderr + messageOf(error) }));
    child.on("close", (code) => resolve({ code: code ?? 128, stdout, stderr }));
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}

/** Runs a command and returns its stdout; a failure says which command failed and why. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const result = await run(command, args, options);
  if (result.code !== 0) {
    const words = lastLines(result.stderr || result.stdout, 15) || "it said nothing";
    throw new Error(`${command} ${args.join(" ")} ended with code ${result.code}:\n${words}`);
  }
  return result.stdout;
}

/** The last lines of a text, without the empty ones. */
export function lastLines(text: string, count: number): string {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-count)
    .join("\n");
}
