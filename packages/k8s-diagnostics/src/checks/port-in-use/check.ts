import { defineCheck } from "../../check.ts";
import { fieldEvidence, logEvidence } from "../../kube/evidence.ts";
import { exitsOf } from "../../kube/exits/exits.ts";
import { explainLog } from "../../kube/logs/log-lines.ts";
import { failureLog } from "../../kube/logs/logs.ts";
import { containerCause, type Place, placesOf } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

const PHRASES = ["address already in use", "address in use", "eaddrinuse", "port is already allocated"];
const PORT = /(?::|port[ =:])(\d{2,5})\b/gi;
const TAIL = 20;

export const portInUse = defineCheck({
  id: "port_in_use",
  title: "Container wants a port that another one of its Pod has",
  when: 'a container keeps ending and its log says "address already in use"',
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error", "init_container_failing"],
  run: ({ objects, asOf }) =>
    exitsOf(objects, asOf).flatMap(({ place }) => {
      const log = failureLog(place, objects);
      const line = blockLine(log?.lines) ?? log?.lines.slice(-TAIL).findLast(isAboutPort);
      if (!log || line === undefined) return [];
      const port = portOf(line);
      const other = placesOf(place.pod, objects).find(
        ({ name, spec }) =>
          name !== place.name && spec.ports?.some(({ containerPort }) => containerPort === port),
      );
      return [
        containerCause(place, {
          title: titleOf(place, port, other),
          confidence: "likely",
          evidence: [
            logEvidence(place.podRef, log, line),
            ...(other ? [fieldEvidence(other.workload, `${other.field}.ports`, other.spec.ports)] : []),
          ],
          details: { container: place.name, ...(port !== undefined && { port }) },
          remedies: [
            {
              step: `Let container ${place.name} or the other container of ${nameOf(place.workload)} listen on another port: containers of a Pod share one network.`,
            },
            ...(place.pod.spec?.hostNetwork
              ? [{ step: "The Pod uses the host's network: another process of the Node may have the port." }]
              : []),
          ],
        }),
      ];
    }),
});

function isAboutPort(line: string): boolean {
  const text = line.toLowerCase();
  return PHRASES.some((phrase) => text.includes(phrase));
}

function blockLine(lines: readonly string[] | undefined): string | undefined {
  return explainLog(lines ?? [])?.block.find(isAboutPort);
}

/** The last number that stands where a port would. */
function portOf(line: string): number | undefined {
  const port = Number([...line.matchAll(PORT)].at(-1)?.[1]);
  return port > 0 && port <= 65_535 ? port : undefined;
}

function titleOf(place: Place, port: number | undefined, other: Place | undefined): string {
  const what = port === undefined ? "a port" : `port ${port}`;
  const owner = other ? `container ${other.name} already has` : "something else already has";
  return `Container ${place.name} of ${nameOf(place.workload)} wants ${what}, which ${owner}`;
}
