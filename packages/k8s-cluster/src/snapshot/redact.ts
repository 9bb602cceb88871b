import type { ResourceKey } from "./resources.ts";
import type { KubeObject } from "./wire.ts";

export const REDACTED = "[redacted]";

const SECRET_NAME =
  /passw(or)?d|passphrase|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credential|connection[-_.]?string|auth(orization)?$|dsn$/i;

/** Whether a variable, key or field of this name usually holds a secret. */
export function isSecretName(name: string): boolean {
  return name.length <= 256 && SECRET_NAME.test(name);
}

/** Each replaces what it finds and keeps what tells a person where it was. No pattern nests quantifiers. */
const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g, REDACTED],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.?[A-Za-z0-9_-]*/g, REDACTED],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@'"]{0,200}):[^\s@'"]{1,400}@/gi, `$1:${REDACTED}@`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, REDACTED],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{16,})/g, REDACTED],
  [/\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g, REDACTED],
  [/\b(?:sk|rk|pk)[-_](?:live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{20,}/g, REDACTED],
  [/\bAIza[A-Za-z0-9_-]{30,}/g, REDACTED],
  // Not what an error says of a file: `open /etc/app/token: permission denied`.
  [
    /((?:passw(?:or)?d|passphrase|pwd|secret|token|api[-_.]?key|access[-_.]?key(?:[-_.]?id)?|private[-_.]?key|credentials?|authorization)["']?\s{0,3}[=:]\s{0,3})(?!permission denied|no such file|is a directory|not a directory|read-only file|operation not permitted)("[^"\n]{1,2000}"|'[^'\n]{1,2000}'|[^\s"',;&})\]]{1,2000})/gi,
    `$1${REDACTED}`,
  ],
];

/** Replaces keys, tokens and passwords in text (log lines, messages, values). Linear in the length of the text. */
export function redactText(text: string): string {
  return PATTERNS.reduce((out, [pattern, replacement]) => out.replace(pattern, replacement), text);
}

/**
 * A Secret without its values: the keys stay, because a missing key is a common fault. `tls.crt` and `ca.crt` are
 * public and stay; of registry credentials the hosts stay.
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
  if (key === ".dockerconfigjson" || key === ".dockercfg") return registryHosts(key, value);
  return "";
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
  if (Array.isArray(value)) return value.map((item) => redactTree(item, depth + 1));
  const record = asRecord(value);
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

/** Fields of the Kubernetes API that sound secret and only hold names. */
const REFERENCES: ReadonlySet<string> = new Set(["secretName", "tokenRequests", "secret", "credentialName"]);

function isFreeText(key: string): boolean {
  return !REFERENCES.has(key);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
