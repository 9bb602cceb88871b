import { isSecretAssignment, isSecretLabel } from "./secret-names.ts";

export const REDACTED = "[redacted]";

/** Each replaces what it finds and keeps what tells a person where it was. No pattern nests quantifiers. */
type Pattern = readonly [pattern: RegExp, replacement: string];

const ADDRESSES: readonly Pattern[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g, REDACTED],
  [
    /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:'"]{0,200}):(?!\[redacted\]@)(?:[^\s/"]{1,400}|(?!\d{1,5}\/)[^\s@"]{1,400})@/gi,
    `$1:${REDACTED}@`,
  ],
  [/(\bjdbc:oracle:[a-z0-9]{1,10}:[^\s/@:"']{1,100}\/)(?!\[redacted\]@)[^\s/"]{1,200}@/gi, `$1${REDACTED}@`],
  [/(\bhooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]{1,200}/gi, `$1${REDACTED}`],
];

const TOKENS: readonly Pattern[] = [
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.?[A-Za-z0-9_-]*/g, REDACTED],
  [/\b(Bearer|Basic)\s{1,8}[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/\b(identified by (?:password )?)'[^'\n]{1,400}'/gi, `$1'${REDACTED}'`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, REDACTED],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{16,})/g, REDACTED],
  [/\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g, REDACTED],
  [/\b(?:sk|rk|pk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{20,}/g, REDACTED],
  [/\bAIza[A-Za-z0-9_-]{30,}/g, REDACTED],
];

/** `name=`, `"name": "`, `name => `, and `--name ` or `"--name","` of a command. */
const NAMES =
  /(?<![\w.-])(?<name>[\w.-]+)(?:\\{0,3}["'`]?[ \t]{0,40}(?<sign>=>|:=|={1,2}|:)[ \t]{0,40}|(?:[ \t]{1,8}|\\{0,3}["'],\s{0,8})(?!-))/g;

/** Not what an error says of a file or an object: `open /etc/app/token: permission denied`. */
const SENTENCE =
  /permission denied|no such file|is a directory|not a directory|read-only file|operation not permitted|not found|is required|must be|failed to|rpc error|secrets? \\?"|(?:get|post|put|head) \\{0,3}"|unbound variable|dial tcp|context deadline|unexpected status|\{(?:["}\\\s]|$)|\[\]|(?:true|false|null)\b/iy;

const OPENING = /(?:\w{1,40}\((?=["'])|\[(?=["']))?(?<escape>\\{0,3})(?<quote>["'`]?)/y;

const VALUES: Readonly<Record<string, RegExp>> = {
  "": /(?:(?:Bearer|Basic|Token|ApiKey|Digest)[ \t]{1,3})?(?:[^\s"';&})\]\\]|\\(?!["'])|[})\]](?=[^\s"',;&})\]]))+/iy,
  '"': /(?:[^"\\\n]|\\[^\n]){1,20000}/y,
  "'": /(?:[^'\\\n]|\\[^\n]){1,20000}/y,
  "`": /[^`\n]+/y,
};

const ESCAPED_VALUE = /[^"'\\\n]+/y;
const HEADER = /(?:authorization|cookie)$/i;
const HEADER_VALUES: Readonly<Record<string, RegExp>> = { '"': /[^"\n]+/y, "'": /[^'\n]+/y };
const LINE = /[^\n]+/y;

/** Short options that hold a secret, by the program: the value follows as a word, or is attached. */
const WORD_OPTIONS: Readonly<Record<string, string>> = {
  curl: "-u",
  "redis-cli": "-a",
  mongo: "-p",
  mongosh: "-p",
  cqlsh: "-p",
  sshpass: "-p",
  sqlcmd: "-P",
  ldapsearch: "-w",
};
const ATTACHED_OPTIONS: Readonly<Record<string, string>> = {
  mysql: "-p",
  mysqladmin: "-p",
  mysqldump: "-p",
  mariadb: "-p",
  "mariadb-admin": "-p",
  sshpass: "-p",
  "redis-cli": "-a",
  curl: "-u",
};
const PROGRAMS = [...new Set([...Object.keys(WORD_OPTIONS), ...Object.keys(ATTACHED_OPTIONS)])];

/** A program, the end of its command, `--user `, or a short option with what parts it from its value. */
const COMMANDS = new RegExp(
  `(?<![\\w.-])(?<program>${PROGRAMS.join("|")})(?![\\w.:/-])|(?<end>(?<!\\\\)\\n|&& |\\|\\|? |; )|(?<![^\\s"'\`])(?<option>-[uapPw]|--user|--proxy-user)(?<gap>[ \\t=]{1,8}|\\\\{0,3}["'],\\s{0,8})?`,
  "g",
);

type Found = Readonly<Record<string, string | undefined>>;

/** Replaces keys, tokens and passwords in text (log lines, messages, values). Linear in the length of the text. */
export function redactText(text: string): string {
  const addresses = replaceAll(text, ADDRESSES);
  const assignments = replaceValues(addresses, NAMES, assignedValue);
  return replaceAll(replaceValues(assignments, COMMANDS, optionValue()), TOKENS);
}

/** Words of a command (`command` with `args`): each as text, and what follows an option that holds a secret. */
export function redactWords(words: readonly string[]): string[] {
  const holdsSecret = optionValue();
  return words.map((word, index) => {
    const before = words[index - 1] ?? "";
    const isNamed = /^--?[\w.-]+$/.test(before) && isSecretAssignment(before);
    const isOption = holdsSecret(
      /^-/.test(before)
        ? { option: before, gap: " " }
        : { program: before.slice(before.lastIndexOf("/") + 1) },
    );
    if ((isNamed || isOption) && !word.startsWith("-")) return REDACTED;
    const attached = holdsSecret({ option: word.slice(0, 2) }) && word.length > 2 && !word.startsWith("--");
    return attached ? `${word.slice(0, 2)}${REDACTED}` : redactText(word);
  });
}

function replaceAll(text: string, patterns: readonly Pattern[]): string {
  return patterns.reduce((out, [pattern, replacement]) => out.replace(pattern, replacement), text);
}

/** Replaces the value after each head that `holdsSecret` names. What is not replaced is searched again. */
function replaceValues(
  text: string,
  heads: RegExp,
  holdsSecret: (found: Found, text: string, start: number, index: number) => boolean | RegExp,
): string {
  let out = "";
  let done = 0;
  const search = new RegExp(heads);
  for (let match = search.exec(text); match; match = search.exec(text)) {
    const start = search.lastIndex;
    const value = holdsSecret(match.groups ?? {}, text, start, match.index);
    const [from, to] = value ? valueRange(text, start, value) : [start, start];
    if (from === to) continue;
    out += text.slice(done, from) + REDACTED;
    done = to;
    search.lastIndex = to;
  }
  return out + text.slice(done);
}

function valueRange(text: string, start: number, unquoted: true | RegExp): readonly [number, number] {
  const opening = matchAt(OPENING, text, start);
  const quote = opening?.groups?.quote ?? "";
  const from = quote ? start + (opening?.[0].length ?? 0) : start;
  if (text.startsWith(REDACTED, from)) return [from, from];
  const plain = unquoted === true ? VALUES[""] : unquoted;
  const quoted = opening?.groups?.escape ? ESCAPED_VALUE : VALUES[quote];
  const value = quote ? quoted : plain;
  return [from, from + (value ? (matchAt(value, text, from)?.[0].length ?? 0) : 0)];
}

function matchAt(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  pattern.lastIndex = start;
  return pattern.exec(text);
}

function assignedValue(found: Found, text: string, start: number, index: number): boolean | RegExp {
  const { name = "", sign } = found;
  if (sign === undefined) return name.startsWith("--") && isSecretAssignment(name);
  if (!(sign === ":" ? isSecretLabel(name) : isSecretAssignment(name))) return false;
  if (matchAt(SENTENCE, text, start)) return false;
  if (/^(?:OLD)?PWD$/.test(name) && text.startsWith("/", start)) return false;
  if (sign !== ":" || !HEADER.test(name)) return true;
  return HEADER_VALUES[text[index - 1] ?? ""] ?? LINE;
}

/** Knows the program that was met last. */
function optionValue(): (found: Found) => boolean {
  let program = "";
  return ({ program: met, end, option, gap }) => {
    if (met !== undefined || end !== undefined) {
      if (end !== undefined || PROGRAMS.includes(met ?? "")) program = met ?? "";
      return false;
    }
    if (option?.startsWith("--")) return program === "curl" && gap !== undefined;
    return (gap === undefined ? ATTACHED_OPTIONS : WORD_OPTIONS)[program] === option;
  };
}
