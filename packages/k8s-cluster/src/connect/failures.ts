import { ClusterError, type ClusterErrorCode } from "../errors.ts";
import { redactText } from "../snapshot/redact.ts";

/** Why one try of a request brought no answer, and whether another try of a read makes sense. */
export interface Failure {
  readonly error: ClusterError;
  readonly retry: boolean;
  /** Milliseconds that the server asked to wait. */
  readonly retryAfterMs?: number;
}

const MAX_MESSAGE = 300;

const STATUS_CODES: ReadonlyMap<number, ClusterErrorCode> = new Map([
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "not_found"],
  [408, "timeout"],
  [409, "conflict"],
  [410, "conflict"],
  [429, "throttled"],
  [504, "timeout"],
]);

const RETRIED_STATUS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

const ADVICE: Readonly<Partial<Record<ClusterErrorCode, string>>> = {
  unauthorized:
    "the credentials are missing, wrong or expired. Log in again (or renew the token or client certificate in the kubeconfig) and try again",
  forbidden: "the user may not do this. Ask for a Role that allows it",
  not_found: "there is no such object",
  conflict: "the object has changed meanwhile. Read it again",
  throttled: "the API server is overloaded or limits this user. Try again later",
  timeout: "the API server could not answer in time. Try again later",
  server_error: "the API server has a fault of its own. Try again later",
  rejected: "the request was refused",
};

/** The failure that an HTTP status other than 2xx means. `message` comes from the server's Status body. */
export function statusFailure(server: string, status: number, body: unknown, retryAfter?: string): Failure {
  const code = STATUS_CODES.get(status) ?? (status >= 500 ? "server_error" : "rejected");
  const said = statusMessage(body);
  const retryAfterMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter);
  return {
    error: new ClusterError(
      code,
      `${server} answered ${status}: ${ADVICE[code] ?? ""}.${said ? ` It said: ${said}` : ""}`,
      { retryAfterMs },
    ),
    retry: RETRIED_STATUS.has(status),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function parseRetryAfter(value: string): number | undefined {
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function statusMessage(body: unknown): string {
  if (typeof body !== "object" || body === null || !("message" in body)) return "";
  return typeof body.message === "string" ? cleanMessage(body.message) : "";
}

/** Text from a server as it may stand in an error: one line, no control, bidirectional or invisible characters, short. */
export function cleanMessage(text: string): string {
  const line = text
    .slice(0, MAX_MESSAGE * 4)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\p{Cf}\p{Co}\p{Cs}]/gu, "");
  const short = redactText(line).trim();
  return short.length > MAX_MESSAGE ? `${short.slice(0, MAX_MESSAGE - 1).toWellFormed()}…` : short;
}

/** The failure that an error of the connection means. */
export function connectionFailure(server: string, error: unknown): Failure {
  const { code, message } = rootCause(error);
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
    return { error: timeoutError(server), retry: true };
  }
  if (/ALERT.*CERTIFICATE/.test(code)) {
    const refused = `${server} refused the client certificate (${code}). Renew it in the kubeconfig.`;
    return { error: new ClusterError("unauthorized", refused, { cause: error }), retry: false };
  }
  const permanent = PERMANENT.find(([pattern]) => pattern.test(code) || pattern.test(message));
  const reason = permanent?.[1] ?? REASONS.get(code) ?? "the connection failed";
  const text = `${server} cannot be reached: ${reason} (${code || "no code"}). Check the server in the kubeconfig, the network, VPN and proxy.`;
  return { error: new ClusterError("unreachable", text, { cause: error }), retry: !permanent };
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "nothing listens there"],
  ["ENOTFOUND", "the name is not known to DNS"],
  ["EAI_AGAIN", "DNS does not answer"],
  ["EHOSTUNREACH", "there is no route to it"],
  ["ENETUNREACH", "there is no route to it"],
  ["ECONNRESET", "the connection was reset"],
  ["EPIPE", "the connection was closed"],
  ["ETIMEDOUT", "it does not answer"],
  ["UND_ERR_CONNECT_TIMEOUT", "it does not answer"],
  ["UND_ERR_SOCKET", "the connection was closed"],
  ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "the answer was cut off"],
]);

/** What another try will not change. */
const PERMANENT: readonly (readonly [RegExp, string])[] = [
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, "its TLS certificate is out of date"],
  [/ERR_TLS_CERT_ALTNAME_INVALID/, "its TLS certificate is for another name"],
  [
    /SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|CERT_|DEPTH_ZERO/,
    "its TLS certificate is not signed by the certificate authority of the kubeconfig",
  ],
  [/^(ERR_SSL|ERR_TLS|EPROTO)/, "the TLS handshake failed"],
  [/^HPE_/, "it does not speak HTTP"],
  [/Proxy response|^UND_ERR_PRX|^ERR_SOCKS|SOCKS5/, "the proxy refused or failed"],
];

function rootCause(error: unknown): { code: string; message: string } {
  let current: unknown = error;
  let found = { code: "", message: "" };
  for (let depth = 0; depth < 5 && typeof current === "object" && current !== null; depth++) {
    const { code, message, cause, errors } = current as Record<string, unknown>;
    found = {
      code: typeof code === "string" ? code : found.code,
      message: typeof message === "string" ? message : found.message,
    };
    current = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return found;
}

export function timeoutError(server: string): ClusterError {
  return new ClusterError("timeout", `${server} did not answer in time. Try again, or ask for less at once.`);
}

export function cancelledError(): ClusterError {
  return new ClusterError("cancelled", "The call was cancelled before the cluster answered.");
}

/** What the caller's signal says: it gave up, or its own time ran out. */
export function abandonedError(reason: unknown): ClusterError {
  const isTimeout =
    typeof reason === "object" && reason !== null && "name" in reason && reason.name === "TimeoutError";
  return isTimeout ? timeoutError("The cluster") : cancelledError();
}
