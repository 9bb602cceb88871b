import { isDnsLabel, type ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence } from "../../check.ts";
import { containersOf } from "../../kube/containers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { holdsNow } from "../../kube/scheduling/placement.ts";
import { PLACEMENT_READS, placementFailures, podsOf } from "../../kube/scheduling/placement-failures.ts";
import { podsByNode } from "../../kube/scheduling/requests.ts";

type Pod = ObjectOf<"pods">;

export const hostPortConflict = defineCheck({
  id: "host_port_conflict",
  title: "The Pod's host port is taken",
  when: "a Pod waits to be scheduled because on the Nodes that would take it another Pod holds its host port",
  severity: "high",
  level: "cause",
  reads: PLACEMENT_READS,
  supersedes: ["pod_unschedulable"],
  run: ({ objects }) => {
    const failures = placementFailures(objects).filter(({ placement, message }) =>
      holdsNow(placement, message, "host_port"),
    );
    if (failures.length === 0) return [];
    const byNode = podsByNode(objects);
    return failures.map(({ pod, workload, ref, base, placement, evidence }) => {
      const mine = hostPortsOf(pod);
      const nodes = placement?.nodes.map(({ node }) => node.metadata.name) ?? [];
      const owners = nodes.flatMap((node) => ownersOn(byNode.get(node) ?? [], mine));
      const [owner] = owners;
      const [port] = owner ? mine.filter((wanted) => collides(wanted, owner.port)) : mine;
      const field = port ? `${port.path}.hostPort` : "containers[].ports[].hostPort";
      const items: readonly Evidence[] = [
        ...(owner
          ? [fieldEvidence(refOf(owner.pod), `spec.${owner.port.path}.hostPort`, String(owner.port.number))]
          : []),
        ...(port ? [fieldEvidence(workload, `${base}.${field}`, String(port.number))] : []),
      ];
      return {
        object: workload,
        ...(port && { subject: `${port.number}/${port.protocol}` }),
        title: port
          ? `Host port ${port.number}, needed by ${podsOf(workload)}, is taken on the Nodes`
          : `A host port needed by ${podsOf(workload)} is taken on the Nodes`,
        confidence: owner ? ("certain" as const) : ("likely" as const),
        evidence: [evidence, ...items] as const,
        affects: [ref],
        ...(owners.length > 0 && { related: owners.slice(0, 5).map((found) => refOf(found.pod)) }),
        remedies: [
          {
            step: `Remove ${base}.${field} of ${nameOf(workload)} and reach it through a Service, or choose another port.`,
            ...(port && !pod.spec?.hostNetwork && withoutHostPort(workload.kind, port)),
          },
          ...(owner
            ? [
                {
                  step: `Or move ${nameOf(refOf(owner.pod))}, which holds the port.`,
                  object: refOf(owner.pod),
                },
              ]
            : []),
        ],
        details: { owners: owners.slice(0, 5).map((found) => found.pod.metadata.name) },
      };
    });
  },
});

interface HostPort {
  readonly number: number;
  readonly protocol: string;
  readonly ip: string;
  readonly path: string;
  readonly containerPort: number;
  /** Whether no other port of the container has this number, by which alone a patch finds it. */
  readonly isAlone: boolean;
  readonly list: "containers" | "initContainers";
  readonly container: string;
}

function withoutHostPort(kind: string, { list, container: name, containerPort, isAlone }: HostPort) {
  if (!isDnsLabel(name) || !isAlone) return {};
  return {
    patch: podSpecPatch(kind, { [list]: [{ name, ports: [{ containerPort, hostPort: null }] }] }),
  };
}

function hostPortsOf(pod: Pod): readonly HostPort[] {
  return containersOf(pod).flatMap(({ spec, specPath, role, name }) =>
    (spec.ports ?? []).flatMap(({ hostPort, protocol = "TCP", hostIP = "", containerPort }, _, ports) => {
      if (!hostPort) return [];
      const isAlone = ports.filter((other) => other.containerPort === containerPort).length === 1;
      return [
        {
          number: hostPort,
          protocol,
          ip: hostIP,
          path: `${specPath}.ports[${containerPort}${isAlone ? "" : `/${protocol}`}]`,
          containerPort,
          isAlone,
          list: role === "container" ? ("containers" as const) : ("initContainers" as const),
          container: name,
        },
      ];
    }),
  );
}

function ownersOn(pods: readonly Pod[], wanted: readonly HostPort[]) {
  return pods.flatMap((pod) => {
    const port = hostPortsOf(pod).find((held) => wanted.some((mine) => collides(mine, held)));
    return port ? [{ pod, port }] : [];
  });
}

function collides(a: HostPort, b: HostPort): boolean {
  const anywhere = [a.ip, b.ip].some((ip) => ip === "" || ip === "0.0.0.0" || ip === "::");
  return a.number === b.number && a.protocol === b.protocol && (anywhere || a.ip === b.ip);
}
