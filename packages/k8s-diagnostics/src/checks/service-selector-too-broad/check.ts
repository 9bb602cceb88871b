import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import { targetPortOf } from "../../kube/network/service-ports.ts";
import { hasSelector } from "../../kube/network/services.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";
import { matchesLabels } from "../../kube/selectors.ts";
import { templateLabels, type Workload, type WorkloadSources, workloadsIn } from "../../kube/workloads.ts";

export const serviceSelectorTooBroad = defineCheck({
  id: "service_selector_too_broad",
  title: "Service spreads its traffic over different workloads",
  when: "a Service selects the Pods of several workloads, and some of them do not declare its target port while others do, or declare no port, have no probe of one and run another program",
  severity: "medium",
  level: "cause",
  reads: ["services", "deployments", "statefulSets", "daemonSets", "replicaSets"],
  run: ({ objects }) =>
    objects.services.all.filter(hasSelector).flatMap((service) => {
      if (service.spec?.clusterIP === "None") return [];
      const selected = selectedWorkloads(service.metadata.namespace, service.spec?.selector, objects);
      if (selected.length < 2) return [];
      const object = refOf(service);
      return (service.spec?.ports ?? []).flatMap((port) => {
        const target = targetPortOf(port);
        const hosts = selected.filter((workload) => declares(workload, target) === true);
        const others = selected.filter((workload) => declares(workload, target) === false);
        const silent = hosts.length > 0 ? selected.filter((workload) => servesNothing(workload, hosts)) : [];
        const strangers = [...others, ...silent];
        const [stranger] = strangers;
        if (!stranger || hosts.length === 0) return [];
        const other = nameOf(refOf(stranger));
        return [
          {
            object,
            subject: String(port.port),
            title: `${nameOf(object)} also selects the Pods of ${other}, which do not have the target of port ${port.port}`,
            confidence:
              typeof target === "string" && others.length > 0 ? ("likely" as const) : ("possible" as const),
            evidence: [
              fieldEvidence(object, "spec.selector", service.spec?.selector),
              ...strangers.map((workload) =>
                fieldEvidence(refOf(workload), "spec.template.metadata.labels", templateLabels(workload)),
              ),
            ] as const,
            related: selected.map(refOf),
            remedies: [
              {
                step: `Add to spec.selector of ${nameOf(object)} a label that the Pods of ${hosts.map((host) => nameOf(refOf(host))).join(", ")} have and those of ${other} do not.`,
                ...narrowed(hosts, strangers),
              },
            ],
          },
        ];
      });
    }),
});

/** A label that all of these workloads have alike and none of the others has. */
function narrowed(hosts: readonly Workload[], strangers: readonly Workload[]) {
  const [first, ...others] = hosts.map(templateLabels);
  const label = Object.entries(first ?? {}).find(
    ([key, value]) =>
      isQualifiedName(key) &&
      isLabelValue(value) &&
      others.every((labels) => labels[key] === value) &&
      strangers.every((stranger) => templateLabels(stranger)[key] !== value),
  );
  return label ? { patch: toYaml({ spec: { selector: Object.fromEntries([label]) } }) } : {};
}

function selectedWorkloads(
  namespace: string,
  selector: Readonly<Record<string, string>> | undefined,
  objects: WorkloadSources & Pick<Objects, "services">,
): readonly Workload[] {
  const found = workloadsIn(objects, namespace).filter(
    (workload) =>
      matchesLabels(selector, templateLabels(workload)) &&
      (workload.kind === "DaemonSet" || !("replicas" in (workload.spec ?? {})) || wantsPods(workload)),
  );
  return [...new Map(found.map((workload) => [refKey(refOf(workload)), workload])).values()];
}

function wantsPods({ spec }: Workload): boolean {
  return !(spec && "replicas" in spec && spec.replicas === 0);
}

/** Undefined when the template declares no ports, so that nothing is known. */
function declares({ spec }: Workload, target: string | number): boolean | undefined {
  const template = spec?.template?.spec;
  const sidecars = (template?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const ports = [...(template?.containers ?? []), ...sidecars].flatMap((container) => container.ports ?? []);
  if (ports.length === 0) return undefined;
  return ports.some((port) => (typeof target === "string" ? port.name : port.containerPort) === target);
}

/** A worker beside a server: another program without any port and without a probe that asks for one. */
function servesNothing(workload: Workload, hosts: readonly Workload[]): boolean {
  const containers = workload.spec?.template?.spec?.containers ?? [];
  const asks = containers.some(
    ({ ports, readinessProbe, livenessProbe, startupProbe }) =>
      (ports ?? []).length > 0 ||
      [readinessProbe, livenessProbe, startupProbe].some(
        (probe) => probe?.httpGet ?? probe?.tcpSocket ?? probe?.grpc,
      ),
  );
  return !asks && !hosts.some((host) => programOf(host) === programOf(workload));
}

/** Images without their tags, which differ between versions of one program. */
function programOf({ spec }: Workload): string {
  return JSON.stringify(
    (spec?.template?.spec?.containers ?? []).map(({ image = "", command, args }) => [
      image.replace(/(?:@.*|:[^/]*)$/, ""),
      command,
      args,
    ]),
  );
}
