import { isDnsSubdomain, type ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { failingLogs } from "../../kube/failing-logs.ts";
import { type ConnectionProblem, connectionProblem, hostsIn, type LogHost } from "../../kube/log-hosts.ts";
import { serviceOfHost } from "../../kube/service-hosts.ts";
import { type Complaint, dependencyFinding, type Read } from "./finding.ts";

export const dependencyUnreachable = defineCheck({
  id: "dependency_unreachable",
  title: "Program cannot reach another one that it depends on",
  when: "the log of a failing container tells of a refused connection, a host name that does not resolve, or a connection timeout",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "services", "endpointSlices", "namespaces", "configMaps"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    failingLogs(objects, asOf).flatMap(({ place, log, lines }) => {
      for (const line of lines) {
        const problem = connectionProblem(line);
        if (problem === undefined) continue;
        const complaint = complaintOf(line, problem, place.podRef.namespace, objects);
        return [dependencyFinding({ ...complaint, place, log, line, problem }, objects)];
      }
      return [];
    }),
});

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
