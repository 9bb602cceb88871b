const SIGNALS: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  15: "SIGTERM",
};

const MEANINGS: Readonly<Record<number, string>> = {
  1: "general error",
  2: "wrong usage or an error of the shell",
  126: "command cannot be executed",
  127: "command not found",
  128: "could not be started",
};

/** An exit code as a sentence names it, e.g. `137 (killed by SIGKILL)`. Source: bash(1) EXIT STATUS, signal(7) */
export function exitCodeText(code: number): string {
  const meaning = MEANINGS[code] ?? signalText(code - 128);
  return meaning === undefined ? String(code) : `${code} (${meaning})`;
}

function signalText(signal: number): string | undefined {
  if (signal < 1 || signal > 64) return undefined;
  return `killed by ${SIGNALS[signal] ?? `signal ${signal}`}`;
}
