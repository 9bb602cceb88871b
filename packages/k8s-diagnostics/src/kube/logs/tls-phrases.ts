/** `plain`: the program speaks without TLS to a server that wants it; `tls`: the other way round. */
export type TlsMode = "plain" | "tls";

export interface TlsMismatch {
  /** How the program speaks. */
  readonly client: TlsMode;
  /** Whether the line says so, or would look the same for a server that is down. */
  readonly isClear: boolean;
}

/** In the words of Go, MySQL, Redis clients, librdkafka, SQL Server's and MongoDB's drivers. */
const SPEAKS_PLAIN =
  /client sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|malformed HTTP response "\\x15\\x03|connections using insecure transport are prohibited|require_secure_transport=ON|got "\\x15" as reply type|connecting to an? SSL listener|SSL is required|server requires (?:TLS|SSL)|(?:TLS|SSL) required by server/i;
/** In the words of Go, OpenSSL, Java, libpq, node-postgres and Node.js. */
const SPEAKS_TLS =
  /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake|SSL routines:[^:]{0,60}:wrong version number|ssl3_get_record:wrong version number|SSL_connect .{0,60}wrong version number|\[SSL: WRONG_VERSION_NUMBER\]|unsupported or unrecognized SSL message|not an SSL\/TLS record|server does not support SSL|SSL_ERROR_RX_RECORD_TOO_LONG/i;
/** A server's words about its clients: not its own fault. */
const OF_CLIENTS =
  /handshake error from|ServerHandshake|rejected connection|while SSL handshaking(?! to upstream)|failed authentication with/i;
/** Of Kafka's Java client, which a server that speaks TLS leaves without an answer. */
const LEFT_ALONE = /\bBootstrap broker \S{1,300} \(id: -\d{1,3} rack: \S{1,60}\) disconnected/;

/** What a line of a client's log tells of TLS on one side only, if it does. */
export function tlsMismatch(logged: string): TlsMismatch | undefined {
  const text = logged.slice(0, 4_000);
  if (OF_CLIENTS.test(text)) return undefined;
  if (SPEAKS_PLAIN.test(text)) return { client: "plain", isClear: true };
  if (SPEAKS_TLS.test(text)) return { client: "tls", isClear: true };
  return LEFT_ALONE.test(text) ? { client: "plain", isClear: false } : undefined;
}
