/** A kind of database server, told by how it words its refusals. */
export type DatabaseKind = "mysql" | "postgresql" | "redis" | "mongodb" | "sqlserver" | "elasticsearch";

type Phrases = readonly (readonly [DatabaseKind, RegExp])[];

/** The server takes no writes: it is a replica, or it was told so. Bounded, and without nested repetition. */
const READ_ONLY: Phrases = [
  ["mysql", /running with the --(?:super-)?read[-_]only(?:=\w{1,8})? option/i],
  ["postgresql", /cannot (?:execute|set) [\w, ()]{1,80} (?:in a read-only transaction|during recovery)/i],
  ["postgresql", /session is read-only|\b25006\b.{0,80}read-only/i],
  ["redis", /\byou can'?t write against a read[- ]only (?:replica|slave)/i],
  ["mongodb", /\bNotWritablePrimary\b|\bNotPrimaryNoSecondaryOk\b|mongo.{0,200}\bnot (?:primary|master)\b/i],
  ["sqlserver", /because the database is read-only/i],
  ["elasticsearch", /index read-only|read-only-allow-delete block/i],
];

/** The server lets nobody else in: as many are connected as it allows. */
const EXHAUSTED: Phrases = [
  [
    "postgresql",
    /sorry, too many clients already|remaining connection slots are reserved|too many connections for (?:role|database) |no more connections allowed|connection limit exceeded for/i,
  ],
  ["mysql", /\btoo many connections\b|exceeded the 'max_user_connections'|\bER_CON_COUNT_ERROR\b/i],
  ["redis", /\bmax number of clients reached/i],
  ["mongodb", /connection refused because too many open connections|too many connections open/i],
];

/** The kind of server of which a line says that it takes no writes, if any. */
export function readOnlyServer(text: string): DatabaseKind | undefined {
  return kindIn(text, READ_ONLY);
}

/** The kind of server of which a line says that it has no connections left, if any. */
export function exhaustedServer(text: string): DatabaseKind | undefined {
  return kindIn(text, EXHAUSTED);
}

function kindIn(text: string, phrases: Phrases): DatabaseKind | undefined {
  const start = text.slice(0, 4_000);
  return phrases.find(([, pattern]) => pattern.test(start))?.[0];
}
