/** A network address that a log line complains about. */
export interface LogHost {
  readonly host: string;
  readonly port: number | undefined;
}

export type ConnectionProblem = "refused" | "dns" | "timeout";

const PROBLEMS: readonly (readonly [ConnectionProblem, readonly string[]])[] = [
  [
    "dns",
    [
      "no such host",
      "eai_again",
      "name or service not known",
      "temporary failure in name resolution",
      "nodename nor servname",
      "unknownhostexception",
      "could not resolve host",
      "could not translate host name",
      "name does not resolve",
      "host not found",
      "bad address",
      "can't resolve",
      "can't find",
      "nxdomain",
      "unknown mysql server host",
      "failed to resolve",
      "name resolution",
      "getaddrinfo",
    ],
  ],
  [
    "refused",
    [
      "connection refused",
      "econnrefused",
      "connect failed: refused",
      "actively refused",
      "can't reach database server",
      "no listener at host",
    ],
  ],
  [
    "timeout",
    [
      "i/o timeout",
      "etimedout",
      "connection timed out",
      "connecttimeouterror",
      "connecttimeoutexception",
      "connect timed out",
      "context deadline exceeded",
      "no route to host",
      "ehostunreach",
      "network is unreachable",
      "timeout expired",
      "configured httpclient.timeout",
    ],
  ],
];

/** Go's resolver names its server, also when that one gives no answer. */
const LOOKUP = /\blookup \S{1,253} on \S{1,60}:53\b/;
/** A word of its own: Python says `ModuleNotFoundError`. */
const NOT_FOUND = /\benotfound\b/;
/** Programs wait for much else than the network. */
const VAGUE_TIMEOUTS = ["request timed out after", "timed out waiting for"];
const SOCKET = /\b(?:sockets?|tcp|udp|dial|host|server)\b/;

/** What kind of failed connection a line tells of, if any. Plain text search: lines are hostile. */
export function connectionProblem(line: string): ConnectionProblem | undefined {
  const text = line.toLowerCase();
  if (LOOKUP.test(text) || NOT_FOUND.test(text)) return "dns";
  const found = PROBLEMS.find(([, words]) => words.some((word) => text.includes(word)))?.[0];
  if (found !== undefined || !VAGUE_TIMEOUTS.some((word) => text.includes(word))) return found;
  return SOCKET.test(text) || hostsIn(line).length > 0 ? "timeout" : undefined;
}

const HOST = "([A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?)";

/** Most telling first. Each piece is bounded, so that no line takes long. */
const PATTERNS: readonly RegExp[] = [
  // Of libc: `failed to lookup address information: Name or service not known`.
  new RegExp(`lookup (?!address information)${HOST}(?: on | |:|$)`),
  new RegExp(`(?:ENOTFOUND|EAI_AGAIN) ${HOST}(?::(\\d{1,5}))?`),
  new RegExp(`UnknownHostException: ${HOST}`),
  new RegExp(`(?:host name|server host) ["']${HOST}["']`),
  new RegExp(`(?:resolve|resolving)(?: host)?:? ["']?${HOST}["']?`, "i"),
  new RegExp(`(?<![\\w.-])${HOST} could not be resolved\\b`),
  new RegExp(`bad address ["']${HOST}(?::(\\d{1,5}))?`),
  new RegExp(`host not found in upstream ["']${HOST}(?::(\\d{1,5}))?`),
  new RegExp(`can't find ${HOST}:`),
  new RegExp(`server at ["']${HOST}["'].{0,80}port (\\d{1,5})`),
  new RegExp(`server at \`${HOST}:(\\d{1,5})\``),
  new RegExp(`on host ["']${HOST}["'].{0,120}port (\\d{1,5})`),
  new RegExp(`host=["']?${HOST}["']?,? port=["']?(\\d{1,5})`),
  new RegExp(`(?:MySQL server|server) on ["']${HOST}(?::(\\d{1,5}))?["']`),
  new RegExp(`connect to ${HOST} port (\\d{1,5})`, "i"),
  new RegExp(`\\bhost ${HOST},? port (\\d{1,5})`, "i"),
  new RegExp(`ECONNREFUSED ${HOST}:(\\d{1,5})`),
  new RegExp(`(?:E[A-Z]{5,15}) ${HOST}:(\\d{1,5})`),
  new RegExp(`[a-z][a-z0-9+.-]{1,20}://(?:[^\\s/@]{0,200}@)?${HOST}(?::(\\d{1,5}))?`, "i"),
  new RegExp(`dial tcp ${HOST}:(\\d{1,5})`),
  new RegExp(`remote host \\(${HOST}\\)`),
  new RegExp(`connecting to ${HOST}:(\\d{1,5})`, "i"),
  new RegExp(`(?:^|[\\s"'(\\[@=])${HOST}:(\\d{2,5})(?![\\d.]|:\\d)`),
];

/** Library and source files look like hosts: `main.go:12`. */
const FILE =
  /\.(?:go|js|mjs|cjs|ts|py|rb|php|java|kt|cs|c|cc|cpp|rs|conf|cfg|ini|yaml|yml|json|xml|log|sql)$/i;

/** Whose request it was about, as Apache and nginx say: nobody connects to that one. */
const CLIENT = /\[client [^\]\s]{1,60}\]|\bclient: ?[\da-f.:]{2,45}(?=,)/g;

/** The addresses that a line names, most telling first. */
export function hostsIn(logged: string): readonly LogHost[] {
  const line = logged.includes("client") ? logged.replaceAll(CLIENT, "") : logged;
  const found = PATTERNS.flatMap((pattern) => {
    const match = pattern.exec(line);
    const host = match?.[1]?.replace(/\.$/, "");
    if (host === undefined || FILE.test(host) || /^\d+$/.test(host)) return [];
    const port = Number(match?.[2]);
    return [{ host, port: port > 0 && port <= 65_535 ? port : undefined }];
  });
  const ports = new Map(
    found.flatMap(({ host, port }) => (port === undefined ? [] : [[host, port] as const])),
  );
  return [
    ...new Map(found.map(({ host, port }) => [host, { host, port: port ?? ports.get(host) }])).values(),
  ];
}
