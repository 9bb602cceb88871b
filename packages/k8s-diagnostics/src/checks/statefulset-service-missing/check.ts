import { isDnsLabel, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import { nearestName } from "../../kube/nearest.ts";
import { clientGroups, connectionProblems, type LoggedProblem } from "../../kube/network/clients.ts";
import { type PatchValue, toYaml } from "../../kube/patch.ts";
import { placesOf } from "../../kube/places.ts";
import { isHealthyPod } from "../../kube/pods.ts";
import { nameOf, refOf, sameRef } from "../../kube/refs.ts";
import { matchesLabels } from "../../kube/selectors.ts";
import { templateLabels } from "../../kube/workloads.ts";

type StatefulSet = ObjectOf<"statefulSets">;
type Read = Pick<
  Objects,
  "statefulSets" | "services" | "pods" | "replicaSets" | "jobs" | "logs" | "namespaces"
>;

const PROTOCOLS: ReadonlySet<string> = new Set(["TCP", "UDP", "SCTP"]);

export const statefulsetServiceMissing = defineCheck({
  id: "statefulset_service_missing",
  title: "Governing Service of a StatefulSet is missing",
  when: "spec.serviceName of a StatefulSet with replicas names a Service that does not exist, so that its Pods have no DNS names; high when a log tells that such a name does not resolve",
  severity: "medium",
  level: "cause",
  reads: ["statefulSets", "services", "pods", "replicaSets", "jobs", "logs", "namespaces"],
  supersedes: [
    "dependency_unreachable",
    "client_address_wrong",
    "readiness_probe_failing",
    "container_exits_with_error",
  ],
  run: ({ objects, asOf }) =>
    objects.statefulSets.all.flatMap((set): readonly Finding[] => {
      const { namespace } = set.metadata;
      const name = set.spec?.serviceName ?? "";
      if (!isDnsLabel(name) || set.spec?.replicas === 0) return [];
      if (objects.services.get(namespace, name) || !objects.services.knows(namespace, name)) return [];
      const object = refOf(set);
      const service = { kind: "Service", namespace, name };
      const complaints = complaintsAbout(service, objects, asOf);
      const [first] = complaints;
      const meant = headlessOf(set, objects);
      return [
        {
          object,
          title: `${nameOf(object)} names the Service ${name}, which does not exist${meant === undefined ? "" : `; headless Service ${meant} selects its Pods`}`,
          confidence: "certain",
          evidence: [
            fieldEvidence(object, "spec.serviceName", name),
            fieldEvidence(service, "metadata.name", undefined),
            ...(first ? [first.said.evidence] : []),
          ],
          ...(first && {
            severity: "high" as const,
            affects: [...complaints.flatMap(({ pods }) => pods), ...unhealthyPods(set, objects)],
          }),
          related: [service],
          remedies: remediesOf(set, service, meant, objects),
        },
      ];
    }),
});

interface Complaint {
  readonly said: LoggedProblem;
  readonly pods: readonly ObjectRef[];
}

/** Names below the Service that somebody asked for in vain. */
function complaintsAbout(service: ObjectRef, objects: Read, asOf: string): readonly Complaint[] {
  const problemsOf = connectionProblems(objects, asOf);
  return clientGroups(objects, asOf).flatMap(({ pod, troubled }) =>
    placesOf(pod, objects).flatMap((place): readonly Complaint[] => {
      const said = problemsOf(place).find(
        ({ problem, targets }) =>
          problem === "dns" && targets.some((target) => sameRef(target.service, service)),
      );
      return said ? [{ said, pods: troubled.length > 0 ? troubled : [place.podRef] }] : [];
    }),
  );
}

function unhealthyPods({ metadata }: StatefulSet, { pods }: Pick<Objects, "pods">): readonly ObjectRef[] {
  return pods
    .in(metadata.namespace)
    .filter(
      (pod) =>
        !isHealthyPod(pod) &&
        pod.metadata.ownerReferences?.some(
          ({ kind, name }) => kind === "StatefulSet" && name === metadata.name,
        ),
    )
    .map(refOf);
}

function headlessOf(set: StatefulSet, { services }: Pick<Objects, "services">): string | undefined {
  return services
    .in(set.metadata.namespace)
    .find(
      ({ metadata, spec }) =>
        spec?.clusterIP === "None" &&
        isDnsLabel(metadata.name) &&
        matchesLabels(spec.selector, templateLabels(set)),
    )?.metadata.name;
}

function remediesOf(
  set: StatefulSet,
  service: ObjectRef,
  meant: string | undefined,
  { services }: Pick<Objects, "services">,
): readonly Remedy[] {
  const object = refOf(set);
  const names = services.in(service.namespace).map(({ metadata }) => metadata.name);
  const near = meant ?? nearestName(service.name, names);
  const labels = set.spec?.selector?.matchLabels ?? {};
  // kubectl gives a new Service the label app alone.
  const selector = { ...(labels.app === undefined && { app: null }), ...labels };
  const isPlain = Object.entries(labels).every(([key, value]) => isQualifiedName(key) && isLabelValue(value));
  const ports = portsFor(set);
  return [
    {
      step: `Create the headless Service ${service.name} that selects the Pods of ${nameOf(object)}: kubectl create service clusterip ${service.name} --namespace ${service.namespace} --clusterip=None, then give it their labels and ports by the patch${near === undefined ? "" : `; or, if Service ${near} is meant, create the StatefulSet anew with that serviceName, because the field cannot be changed`}.`,
      object: service,
      ...(isPlain &&
        Object.keys(labels).length > 0 && {
          patch: toYaml({
            spec: { clusterIP: "None", selector, ...(ports.length > 0 && { ports }) },
          }),
        }),
    },
  ];
}

/** One port of the Service for each that the containers declare. Names must differ, and may be left out of a single port. */
function portsFor(set: StatefulSet): readonly PatchValue[] {
  const declared = (set.spec?.template?.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  const byPort = new Map(
    declared.map((port) => [`${port.containerPort}/${port.protocol ?? "TCP"}`, port] as const),
  );
  const taken = new Set<string>();
  return [...byPort.values()].map(({ name = "", containerPort, protocol = "TCP" }) => {
    const given = [name, `port-${containerPort}`, `port-${containerPort}-${protocol.toLowerCase()}`].find(
      (each) => isDnsLabel(each) && !taken.has(each),
    );
    if (given !== undefined) taken.add(given);
    return {
      ...(given !== undefined && (byPort.size > 1 || given === name) && { name: given }),
      port: containerPort,
      ...(protocol !== "TCP" && PROTOCOLS.has(protocol) && { protocol }),
    };
  });
}
