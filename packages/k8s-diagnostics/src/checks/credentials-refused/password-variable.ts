import type { Variable } from "../../kube/config/variables.ts";

/** Programs that log in to a service name their variables after it. */
const SERVICES: readonly { readonly line: RegExp; readonly name: RegExp }[] = [
  {
    line: /postgres|psql|psycopg|pg_hba|npgsql|\bpq:|pgx|for user "|role "/i,
    name: /^PG|POSTGRES|DATABASE|(?:^|_)DB(?:_|$)/,
  },
  {
    line: /mysql|mariadb|sqlstate|access denied for user|\b1045\b/i,
    name: /MYSQL|MARIADB|DATABASE|(?:^|_)DB(?:_|$)/,
  },
  {
    line: /login failed for user|mssql|sqlclient|ora-\d/i,
    name: /MSSQL|SQL|ORACLE|DATABASE|(?:^|_)DB(?:_|$)/,
  },
  { line: /NOAUTH|WRONGPASS|redis|valkey|ERR invalid password|ERR AUTH/i, name: /REDIS|VALKEY|CACHE/ },
  { line: /mongo/i, name: /MONGO|DATABASE|(?:^|_)DB(?:_|$)/ },
  { line: /ACCESS_REFUSED|amqp|rabbit/i, name: /RABBIT|AMQP|BROKER|QUEUE/ },
  { line: /kafka|sasl/i, name: /KAFKA|SASL/ },
  { line: /elastic|opensearch/i, name: /ELASTIC|OPENSEARCH/ },
  { line: /InvalidAccessKeyId|SignatureDoesNotMatch|security token/i, name: /AWS|S3|MINIO/ },
];
const SECRET_ROLE =
  /PASSWORD|PASSWD|(?:^|_)PASS(?:$|_)|(?:^|_)PWD$|PGPASSWORD|TOKEN|API_?KEY|ACCESS_KEY|CREDENTIAL|SECRET/;
const ADDRESS_ROLE = /(?:^|_)(?:URL|URI|DSN)$|CONNECTION/;

/** The variable that most likely holds the refused password: by what it is for, and by whom the line speaks of. */
export function passwordVariable(text: string, variables: readonly Variable[]): Variable | undefined {
  const service = SERVICES.find(({ line }) => line.test(text));
  const scored = variables.map((variable) => ({
    variable,
    score: scoreOf(variable.name.toUpperCase(), service?.name),
  }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return best === 0 ? undefined : scored.find(({ score }) => score === best)?.variable;
}

function scoreOf(name: string, service: RegExp | undefined): number {
  const role = SECRET_ROLE.test(name) ? 2 : ADDRESS_ROLE.test(name) ? 1 : 0;
  if (role === 0 || name.endsWith("_FILE")) return 0;
  return role + (service?.test(name) ? 3 : 0);
}

/** The variable that holds the name of the user, beside the password's. */
export function userVariable(
  password: Variable | undefined,
  variables: readonly Variable[],
): Variable | undefined {
  const stem = password?.name.replace(/PASSWORD$|PASSWD$|PASS$|PWD$/, "");
  return variables.find(({ name }) => name === `${stem}USER` || name === `${stem}USERNAME`);
}
