/** One line of a Corefile: a plugin with its arguments, and the lines in its braces. */
export interface CorefilePlugin {
  readonly name: string;
  readonly args: readonly string[];
  readonly options: readonly (readonly string[])[];
  /** Counted from one. */
  readonly line: number;
}

/** A server block: the zones that it answers for, without scheme and port, and its plugins. */
export interface CorefileServer {
  readonly zones: readonly string[];
  readonly plugins: readonly CorefilePlugin[];
  readonly line: number;
}

export interface Corefile {
  readonly servers: readonly CorefileServer[];
  /** Whether its braces match. */
  readonly isBalanced: boolean;
}

interface Block {
  readonly head: readonly string[];
  readonly line: number;
  readonly inner: Block[];
}

const MAX_LINES = 2_000;

/**
 * Reads a Corefile as CoreDNS does. Snippets are put in where they are imported; files that are imported are not
 * known. Source: https://coredns.io/manual/configuration/
 */
export function parseCorefile(text: string): Corefile {
  const root: Block = { head: [], line: 0, inner: [] };
  const open: Block[] = [root];
  let isBalanced = true;
  for (const [index, raw] of text.split("\n").slice(0, MAX_LINES).entries()) {
    let words: string[] = [];
    const flush = (): Block => {
      const block = { head: words, line: index + 1, inner: [] };
      if (words.length > 0) open.at(-1)?.inner.push(block);
      words = [];
      return block;
    };
    for (const word of wordsOf(raw)) {
      if (word === "{") open.push(flush());
      else if (word === "}") {
        flush();
        if (open.length > 1) open.pop();
        else isBalanced = false;
      } else words.push(word);
    }
    flush();
  }
  const snippets = new Map(root.inner.map((block) => [block.head[0] ?? "", block.inner] as const));
  return {
    isBalanced: isBalanced && open.length === 1,
    servers: root.inner
      .filter(({ head: [first = ""] }) => first !== "" && !first.startsWith("("))
      .map(({ head, inner, line }) => ({
        zones: head
          .flatMap((words) => words.split(","))
          .filter((word) => word !== "")
          .map(zoneOf),
        line,
        plugins: inner
          .flatMap((block) =>
            block.head[0] === "import" ? (snippets.get(`(${block.head[1]})`) ?? [block]) : [block],
          )
          .map(({ head: [name = "", ...args], inner: options, line: at }) => ({
            name,
            args,
            options: options.map((option) => option.head),
            line: at,
          })),
      })),
  };
}

/** Words of a line without its comment; quotes keep blanks together. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of line.slice(0, 2_000).matchAll(/"(?:[^"\\]|\\.)*"|[^\s"]+/g)) {
    if (word.startsWith("#")) break;
    words.push(word.startsWith('"') ? word.slice(1, -1) : word);
  }
  return words;
}

function zoneOf(word: string): string {
  const plain = word.replace(/^[a-z+]{1,10}:\/\//, "").replace(/:\d{1,5}$/, "");
  return zoneName(plain);
}

/** In lower case and without the final dot; the root is `.`. */
export function zoneName(text: string): string {
  const name = text.toLowerCase().replace(/\.$/, "");
  return name === "" ? "." : name;
}

/** Whether a name lies in a zone. */
export function isInZone(name: string, zone: string): boolean {
  return zone === "." || name === zone || name.endsWith(`.${zone}`);
}

/** The server that answers for a name: the one with the longest zone that holds it. */
export function serverFor(name: string, { servers }: Corefile): CorefileServer | undefined {
  const fit = (server: CorefileServer): number =>
    Math.max(
      -1,
      ...server.zones.filter((zone) => isInZone(name, zone)).map((zone) => (zone === "." ? 0 : zone.length)),
    );
  const [best] = servers.toSorted((a, b) => fit(b) - fit(a));
  return best && fit(best) >= 0 ? best : undefined;
}

/** The domains, none of them for reverse lookups, that the kubernetes plug-ins answer for. */
export function kubernetesZones({ servers }: Corefile): readonly string[] {
  return servers.flatMap((server) =>
    server.plugins
      .filter(({ name }) => name === "kubernetes")
      .flatMap(({ args }) => (args.length > 0 ? args.map(zoneName) : server.zones))
      .filter((zone) => !/(?:^|\.)arpa$|^[\d.:/]+\d/.test(zone)),
  );
}
