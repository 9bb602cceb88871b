/** How a database server words that a user who is logged in may not do something there. */
interface Server {
  readonly words: RegExp;
  /** The ports that such servers listen on. */
  readonly ports: readonly number[];
  readonly image: RegExp;
  /** What gives the right back. */
  readonly grant: string;
}

/** Bounded, and without nested repetition. */
const SERVERS: readonly Server[] = [
  {
    words: /not authorized on \S{1,64} to execute command/i,
    ports: [27_017],
    image: /mongo|ferretdb/,
    grant: "db.grantRolesToUser",
  },
  {
    words:
      /permission denied for (?:table|relation|schema|database|sequence|function|procedure|view|column|type|language|tablespace|foreign server|large object)\b|must be owner of (?:table|relation|schema|database|sequence|function|view|extension)\b|permission denied to create (?:database|extension|role)\b/i,
    ports: [5432, 6432],
    image: /postgres|postgis|timescale|spilo|pgbouncer/,
    grant: "GRANT",
  },
  {
    words:
      /\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|INDEX|REFERENCES|EXECUTE|TRIGGER|SHOW VIEW|CREATE VIEW|LOCK TABLES)(?: ?, ?[A-Z ]{1,20}){0,8} command denied to user\b|access denied for user '[^']{0,80}'@'[^']{0,255}' to database\b/i,
    ports: [3306],
    image: /mysql|mariadb|percona/,
    grant: "GRANT",
  },
  {
    words: /\bThe \w{1,20} permission was denied on the (?:object|database|column|schema)\b/i,
    ports: [1433],
    image: /mssql|sqlserver/,
    grant: "GRANT",
  },
  { words: /ORA-01031/, ports: [1521], image: /oracle/, grant: "GRANT" },
  {
    words: /\bNOPERM\b/,
    ports: [6379],
    image: /redis|valkey|keydb|dragonfly/,
    grant: "ACL SETUSER",
  },
];

export type DenyingServer = Omit<Server, "words">;

/** The kind of server of which a line says that it denies a right to its user, if any. */
export function denyingServer(line: string): DenyingServer | undefined {
  const start = line.slice(0, 4_000);
  return SERVERS.find(({ words }) => words.test(start));
}
