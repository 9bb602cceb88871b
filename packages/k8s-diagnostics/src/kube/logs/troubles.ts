import { rejectedArgument } from "./argument-phrases.ts";
import { CERTIFICATE, CREDENTIALS, KERNEL, NEWER_DATA, NOT_CREDENTIALS, SCHEMA } from "./database-phrases.ts";
import { tellsOfBadAddress, tellsOfMissingFile, tellsOfRejectedFile } from "./file-phrases.ts";
import { connectionProblem } from "./log-hosts.ts";
import {
  includesAny,
  tellsOfDenial,
  tellsOfFullDisk,
  tellsOfMemory,
  tellsOfUsedPort,
} from "./log-phrases.ts";
import { tellsOfRefusedObject } from "./refused-objects.ts";
import { exhaustedServer, readOnlyServer } from "./server-phrases.ts";
import { tlsMismatch } from "./tls-phrases.ts";
import { missingVariablesIn } from "./variable-phrases.ts";

/** What kind of trouble a log line tells of. Each kind has one check. */
export type Trouble =
  | "forbidden"
  | "refused_object"
  | "memory"
  | "disk"
  | "port"
  | "tls_mode"
  | "certificate"
  | "read_only_server"
  | "connections_exhausted"
  | "schema"
  | "credentials"
  | "connection"
  | "data_directory"
  | "kernel_setting"
  | "permission"
  | "argument"
  | "variable"
  | "address"
  | "missing_file"
  | "rejected_file"
  | "webhook";

/**
 * The most specific first, so that one line is of one kind: `connection to server at "db" failed: FATAL: password
 * authentication failed` is about credentials, not about the connection.
 */
const KINDS: readonly (readonly [Trouble, (text: string, defined: ReadonlySet<string>) => boolean])[] = [
  ["forbidden", (text) => text.includes('User "system:serviceaccount:')],
  ["refused_object", tellsOfRefusedObject],
  ["memory", tellsOfMemory],
  ["kernel_setting", (text) => includesAny(text, KERNEL)],
  ["disk", tellsOfFullDisk],
  ["port", tellsOfUsedPort],
  ["tls_mode", (text) => tlsMismatch(text) !== undefined],
  ["certificate", (text) => includesAny(text, CERTIFICATE) && !text.includes("TLS handshake error from")],
  ["read_only_server", (text) => readOnlyServer(text) !== undefined],
  ["connections_exhausted", (text) => exhaustedServer(text) !== undefined],
  ["schema", (text) => SCHEMA.test(text)],
  ["credentials", (text) => CREDENTIALS.test(text) && !NOT_CREDENTIALS.test(text)],
  ["connection", (text) => connectionProblem(text) !== undefined],
  ["data_directory", (text) => includesAny(text, NEWER_DATA)],
  ["permission", tellsOfDenial],
  ["argument", (text) => rejectedArgument(text) !== undefined],
  ["variable", (text, defined) => missingVariablesIn(text).some((name) => !defined.has(name))],
  ["address", tellsOfBadAddress],
  ["missing_file", tellsOfMissingFile],
  ["rejected_file", tellsOfRejectedFile],
  // Where nothing better is told: `connection refused`, a certificate.
  ["webhook", (text) => text.includes('failed calling webhook "')],
];

/**
 * The kind of trouble that a line tells of, if any. Linear in the line's length.
 * @param defined Variables that the container has, so that none of them is missing
 */
export function troubleIn(text: string, defined: ReadonlySet<string> = new Set()): Trouble | undefined {
  return KINDS.find(([, tells]) => tells(text, defined))?.[0];
}
