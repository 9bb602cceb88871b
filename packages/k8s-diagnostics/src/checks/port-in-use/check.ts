import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { containerCause, type Place, placesOf } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

const PORT = /(?::|port[ =:])(\d{2,5})\b/gi;

export const portInUse = defineCheck({
  id: "port_in_use",
  title: "Container wants a port that another one of its Pod has",
  when: 'a container keeps ending and its log says "address already in use"',
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error", "init_container_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("port", objects, asOf).flatMap(({ place, trouble: { line, text }, said }) => {
      const port = portOf(text);
      const other = placesOf(place.pod, objects).find(
        ({ name, spec }) =>
          name !== place.name && spec.ports?.some(({ containerPort }) => containerPort === port),
      );
      return [
        containerCause(place, {
          title: titleOf(place, port, other),
          confidence: "likely",
          evidence: [
            said(line),
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
