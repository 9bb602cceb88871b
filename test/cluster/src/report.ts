const started = performance.now();

/** Progress, on stderr: stdout is for results. */
export function progress(message: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds}s  ${message}\n`);
}
