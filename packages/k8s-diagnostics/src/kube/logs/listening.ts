import type { Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { logEvidence } from "../evidence.ts";
import type { Place } from "../places.ts";

/** A port on which a program says in its log that it listens. */
export interface Listening {
  readonly port: number;
  readonly evidence: Evidence;
}

/** As servers word it: `Tomcat started on port 8080`, `Listening at: http://0.0.0.0:8000`, `"listening","addr":":8443"`. */
const LISTENS =
  /\b(?:listen(?:ing|s)?|started|serving|running|bound|available|accepting)\b.{0,120}?(?:\bport(?:\(s\))?["']?[:= ]{1,3}|[\]\d*t\s"'=@/(]:)(\d{2,5})(?![\d:.])/i;
const LOWEST = 80;

/** The ports that a line names as the program's own. */
export function listeningPort(line: string): number | undefined {
  const port = Number(LISTENS.exec(line.slice(0, 500))?.[1]);
  return port >= LOWEST && port <= 65_535 ? port : undefined;
}

/** What the container's runs said of the ports that they listen on, the last word on each. */
export function listeningPorts(
  { podRef: { namespace, name: pod }, podRef, name: container }: Place,
  { logs }: Pick<Objects, "logs">,
): readonly Listening[] {
  const found = new Map<number, Evidence>();
  for (const previous of [true, false]) {
    const log = logs.get({ namespace, pod, container, previous });
    for (const line of log?.lines ?? []) {
      const port = listeningPort(line);
      if (log && port !== undefined) found.set(port, logEvidence(podRef, log, line));
    }
  }
  return [...found].map(([port, evidence]) => ({ port, evidence }));
}
