import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { containerCause, type Place, placesOf } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

const PORT = /(?::|port[ =:])(\d{2,5})\b/gi;

export const portInUse = defineCheck({
  id: "port_in_use",
  title: "Container wants a port that another one of its Pod, or of the host, has",
  when: 'a container keeps ending and its log says "address already in use"',
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("port", objects, asOf).flatMap(({ place, trouble: { line, text }, said }) => {
      const port = portOf(text);
      const other =
        placesOf(place.pod, objects).find(({ name, spec }) => name !== place.name && declares(spec, port)) ??
        onSameNode(place, port, objects);
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
            ...(other && other.podRef.name !== place.podRef.name
              ? [
                  {
                    step: `Keep ${nameOf(place.workload)} and ${nameOf(other.workload)} on different Nodes, or give one of them another port: both use the host's network.`,
                  },
                ]
              : []),
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

function declares({ ports = [] }: Place["spec"], port: number | undefined): boolean {
  return port !== undefined && ports.some(({ containerPort }) => containerPort === port);
}

/** With hostNetwork the ports of all such Pods of a Node are one. */
function onSameNode(
  { pod, podRef }: Place,
  port: number | undefined,
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs">,
): Place | undefined {
  if (!pod.spec?.hostNetwork) return undefined;
  const neighbour = objects.pods.all.find(
    ({ spec, metadata }) =>
      spec?.hostNetwork === true &&
      spec.nodeName === pod.spec?.nodeName &&
      metadata.name !== podRef.name &&
      spec.containers.some((container) => declares(container, port)),
  );
  return neighbour && placesOf(neighbour, objects).find(({ spec }) => declares(spec, port));
}

/** The last number that stands where a port would. */
function portOf(line: string): number | undefined {
  const port = Number([...line.matchAll(PORT)].at(-1)?.[1]);
  return port > 0 && port <= 65_535 ? port : undefined;
}

function titleOf(place: Place, port: number | undefined, other: Place | undefined): string {
  const what = port === undefined ? "a port" : `port ${port}`;
  const isNeighbour = other !== undefined && other.podRef.name !== place.podRef.name;
  const owner = isNeighbour
    ? `${nameOf(other.workload)} already has on the Node`
    : other
      ? `container ${other.name} already has`
      : "something else already has";
  return `Container ${place.name} of ${nameOf(place.workload)} wants ${what}, which ${owner}`;
}
