import { createPublicKey } from "node:crypto";
import { isRecord } from "./records.ts";
import { REDACTED, redactText, redactWords } from "./redact-text.ts";
import type { ResourceKey } from "./resources.ts";
import { isSecretName } from "./secret-names.ts";
import type { KubeObject } from "./wire.ts";

export { redactText } from "./redact-text.ts";

const MAX_KEY = 64_000;

/**
 * A Secret without its values: the keys stay, because a missing key is a common fault. `tls.crt` and `ca.crt` are
 * public and stay; of `tls.key` the public half stays, by which it belongs to a certificate or not; of registry
 * credentials the hosts stay.
 */
export function redactSecret(secret: KubeObject): KubeObject {
  const { data, stringData, ...rest } = secret as KubeObject & Record<string, unknown>;
  const keys = [...Object.entries(asRecord(data)), ...Object.entries(asRecord(stringData))];
  if (data === undefined && stringData === undefined) return secret;
  return {
    ...rest,
    data: Object.fromEntries(keys.map(([key, value]) => [key, publicPart(key, value)])),
  } as KubeObject;
}

/** What a recording may hold of an object: the same object with likely secrets replaced. */
export function redactObject(resource: ResourceKey, object: KubeObject): KubeObject {
  if (resource === "secrets") return redactSecret(object);
  return redactTree(object) as KubeObject;
}

function publicPart(key: string, value: unknown): string {
  if (typeof value !== "string") return "";
  if (key === "tls.crt" || key === "ca.crt") return value;
  if (key === "tls.key") return publicHalf(value);
  if (key === ".dockerconfigjson" || key === ".dockercfg") return registryHosts(key, value);
  return "";
}

const KEY = /-----BEGIN (?:(?:RSA |EC )?PRIVATE|PUBLIC) KEY-----[^-]{1,20000}-----END [A-Z ]{1,12}KEY-----/;

/** The public key of a private one, as base64 of PEM like the value itself; empty when it cannot be read. */
function publicHalf(value: string): string {
  const [pem] = KEY.exec(Buffer.from(value.slice(0, MAX_KEY), "base64").toString("latin1")) ?? [];
  if (pem === undefined) return "";
  try {
    const key = createPublicKey(pem).export({ type: "spki", format: "pem" });
    return Buffer.from(key).toString("base64");
  } catch {
    return "";
  }
}

function registryHosts(key: string, value: string): string {
  try {
    const parsed = asRecord(JSON.parse(Buffer.from(value, "base64").toString("utf8")));
    const auths = Object.fromEntries(
      Object.keys(key === ".dockercfg" ? parsed : asRecord(parsed.auths)).map((host) => [host, {}]),
    );
    return Buffer.from(JSON.stringify(key === ".dockercfg" ? auths : { auths })).toString("base64");
  } catch {
    return "";
  }
}

/** Values under secret-like names, `{name, value}` pairs of environment variables, and secret-like text anywhere. */
function redactTree(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object" || value === null || depth > 64) return value;
  if (Array.isArray(value))
    return isText(value) ? redactWords(value) : value.map((item) => redactTree(item, depth + 1));
  const record = redactCommand(asRecord(value));
  const isSecretVariable =
    typeof record.name === "string" && typeof record.value === "string" && isSecretName(record.name);
  return Object.fromEntries(
    Object.entries(record).map(([key, item]) => {
      const hide =
        typeof item === "string" &&
        (isSecretName(key) ? isFreeText(key) : isSecretVariable && key === "value");
      return [key, hide ? REDACTED : redactTree(item, depth + 1)];
    }),
  );
}

/** The program may stand in `command` and its options in `args`. */
function redactCommand(record: Record<string, unknown>): Record<string, unknown> {
  const { command, args } = record;
  if (!isText(command) || !isText(args)) return record;
  const words = redactWords([...command, ...args]);
  return { ...record, command: words.slice(0, command.length), args: words.slice(command.length) };
}

function isText(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Fields of the Kubernetes API that sound secret and only hold names. */
const REFERENCES: ReadonlySet<string> = new Set(["secretName", "tokenRequests", "secret", "credentialName"]);

function isFreeText(key: string): boolean {
  return !REFERENCES.has(key);
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
