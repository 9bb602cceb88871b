const OPTION = "[\"'`]?(-{1,2}[A-Za-z0-9][-A-Za-z0-9_.]{0,60})";

/** As libraries for command lines word that they do not know an option: Go, cobra, argparse, click, clap, Node, getopt. */
const PATTERNS: readonly RegExp[] = [
  `flag provided but not defined: ${OPTION}`,
  `unknown (?:long |short )?(?:flag|option|argument)s?:? ${OPTION}`,
  `unrecognized (?:arguments?|options?|flags?|command-line options?):? ${OPTION}`,
  `no such option:? ${OPTION}`,
  `(?:unexpected argument|invalid option|illegal option|bad option):? ${OPTION}`,
  `found argument ${OPTION}`,
].map((pattern) => new RegExp(pattern, "i"));

/** The option of its command line that a program does not know, with its dashes. */
export function rejectedArgument(text: string): string | undefined {
  for (const pattern of PATTERNS) {
    const option = pattern.exec(text)?.[1];
    if (option !== undefined) return option;
  }
  return undefined;
}

const KNOWN = /(?<![\w-])-{1,2}[A-Za-z0-9][-A-Za-z0-9_.]{0,60}/g;

/** The options that a log names, such as a usage text. */
export function optionsIn(lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.slice(0, 500).match(KNOWN) ?? []));
}
