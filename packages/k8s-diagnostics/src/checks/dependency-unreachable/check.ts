import { isDnsSubdomain, type ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { hostsInCommand } from "../../kube/logs/command-hosts.ts";
import { logsAbout, type TroubledLog } from "../../kube/logs/failing-logs.ts";
import {
  type ConnectionProblem,
  connectionProblem,
  hostsIn,
  type LogHost,
} from "../../kube/logs/log-hosts.ts";
import { CLIENT_READS } from "../../kube/network/clients.ts";
import { serviceOfHost } from "../../kube/network/service-hosts.ts";
import { type Place, unhealthyPlaces } from "../../kube/places.ts";
import { refKey } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";
import { type Complaint, dependencyFinding, type Read } from "./finding.ts";

const PATIENCE_SECONDS = 30;

export const dependencyUnreachable = defineCheck({
  id: "dependency_unreachable",
  title: "Program cannot reach another one that it depends on",
  when: "the log of a failing container tells of a refused connection, a host name that does not resolve, or a connection timeout; or an init container waits for a Service that is missing or not ready",
  severity: "high",
  level: "cause",
  reads: [...CLIENT_READS, "endpointSlices", "networkPolicies"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) => {
    const fromLogs = new Map(
      logsAbout("connection", objects, asOf).map(
        (failing) => [placeKey(failing.place), loggedFinding(failing, objects)] as const,
      ),
    );
    const waiting = unhealthyPlaces(objects)
      .filter((place) => place.role === "init" && runsFor(place, asOf) > PATIENCE_SECONDS)
      .filter((place) => !fromLogs.has(placeKey(place)))
      .flatMap((place) => waitingFinding(place, objects));
    return [...fromLogs.values(), ...waiting];
  },
});

function loggedFinding(
  { place, lines, trouble: { line, text, confidence }, said }: TroubledLog,
  objects: Read,
): Finding {
  const problem = connectionProblem(text) ?? "refused";
  const { namespace } = place.podRef;
  const complaint = complaintOf(text, problem, namespace, objects);
  const named = complaint.target ? undefined : namedIn(lines, namespace, objects);
  const finding = dependencyFinding(
    { ...complaint, ...named, place, said: said(named?.line ?? line), problem },
    objects,
  );
  return confidence === "possible" ? { ...finding, confidence: "possible" } : finding;
}

/** `Caused by: ConnectException: Connection refused` names no address; a line near it may name a Service. */
function namedIn(lines: readonly string[], namespace: string, objects: Read) {
  for (const line of lines) {
    if (!connectionProblem(line)) continue;
    const { service, target } = complaintOf(line, "refused", namespace, objects);
    if (service && target && objects.services.get(service.namespace, service.name))
      return { line, service, target };
  }
  return undefined;
}

function placeKey({ podRef, name }: Place): string {
  return `${refKey(podRef)}/${name}`;
}

function runsFor({ status }: Place, asOf: string): number {
  return secondsBetween(status?.state?.running?.startedAt, asOf) ?? 0;
}

/** An init container that asks for a Service in a loop, whatever it prints. */
function waitingFinding(place: Place, objects: Read): readonly Finding[] {
  for (const target of hostsInCommand(place.spec)) {
    const service = serviceOfHost(target.host, place.podRef.namespace, objects);
    if (!service) continue;
    const command = place.spec.command ? "command" : "args";
    const said = fieldEvidence(place.workload, `${place.field}.${command}`, place.spec[command]);
    const finding = dependencyFinding({ place, said, problem: "dns", target, service }, objects);
    if (finding.confidence !== "possible") return [finding];
  }
  return [];
}

/** The first address that means a Service, else the first at all. */
function complaintOf(
  line: string,
  problem: ConnectionProblem,
  namespace: string,
  objects: Read,
): Pick<Complaint, "target" | "service"> {
  const hosts = hostsIn(line).filter(({ host }) => isDnsSubdomain(host.toLowerCase()));
  const services = hosts.flatMap((target): readonly { target: LogHost; service: ObjectRef }[] => {
    const service = serviceOfHost(target.host, namespace, objects);
    return service ? [{ target, service }] : [];
  });
  const existing = services.find(({ service }) => objects.services.get(service.namespace, service.name));
  const best =
    existing ?? (problem === "dns" ? services[0] : services.find(({ target }) => target.port !== undefined));
  const [first] = hosts;
  return best ?? (first ? { target: first } : {});
}
