import type { ProbeProblem } from "./probes.ts";

const STATUS_WORDS: Readonly<Record<number, string>> = {
  401: ": the program asks for credentials",
  403: ": the program does not allow it",
  404: ": the program does not serve its path",
  429: ": the program takes no more requests for now",
};

/** What the probe does, after `The readiness probe of …`. */
export function probeWords(problem: ProbeProblem): string {
  switch (problem.kind) {
    case "refused":
      return "is refused: nothing listens on its port";
    case "status":
      return `gets the HTTP status ${problem.status}${STATUS_WORDS[problem.status] ?? ""}`;
    case "timeout":
      return "gets no answer in time";
    case "tls":
      return "fails in the TLS handshake";
    case "protocol":
      return "speaks another protocol than the port";
    case "unreachable":
      return "loses or gets no connection";
    case "not_serving":
      return "is answered that the service is not serving";
    case "port_unknown":
      return "names a port that the container does not define";
    case "exec":
      return "fails: its command or its check reports an error";
    case "unknown":
      return "does not succeed";
  }
}

/**
 * @param field Path of the probe in the workload
 * @param path What the probe asks for over HTTP
 */
export function probeRemedy(problem: ProbeProblem, field: string, workload: string, path = ""): string {
  switch (problem.kind) {
    case "refused":
      return `Set the port in ${field} of ${workload} to the one that the program listens on, on all addresses (0.0.0.0).`;
    case "status":
      return statusRemedy(problem.status, field, workload, path);
    case "timeout":
      return `Raise ${field}.timeoutSeconds of ${workload}, or make the check cheaper.`;
    case "tls":
    case "protocol":
      return `Set the scheme or kind of ${field} of ${workload} to what the port speaks.`;
    case "not_serving":
      return `Look into the log of the container of ${field} of ${workload} for what it waits for.`;
    case "port_unknown":
      return `Set the port in ${field} of ${workload} to a name or number that the container defines.`;
    case "exec":
      return `Run the command of ${field} of ${workload} in the container and correct what it reports.`;
    default:
      return `Look into the container's log, and check ${field} of ${workload}.`;
  }
}

const PLAIN_PATH = /^\/[-A-Za-z0-9_./]{0,100}$/;

function statusRemedy(status: number, field: string, workload: string, path: string): string {
  if (status === 401 || status === 403)
    return `Set the path in ${field} of ${workload} to one that answers without credentials.`;
  if (status === 404) {
    const asked = PLAIN_PATH.test(path) ? `the path ${path}` : "the path";
    return `Correct ${field}.httpGet.path of ${workload} to one that the program serves: it does not serve ${asked}.`;
  }
  if (status === 429)
    return `Raise ${field}.periodSeconds of ${workload}, or except its path from the limit of requests of the program.`;
  if (status >= 400 && status < 500)
    return `Correct the request of ${field}.httpGet of ${workload} (path, port, scheme or headers): the program refuses it.`;
  return `Look into the log of the container of ${field} of ${workload}: its health check answers with a server error.`;
}
