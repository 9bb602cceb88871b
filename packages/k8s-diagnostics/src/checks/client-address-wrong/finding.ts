import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Evidence, Finding, Remedy, Severity } from "../../check.ts";
import type { AddressFault, Read } from "../../kube/config/address-faults.ts";
import type { ConfiguredAddress } from "../../kube/config/addresses.ts";
import { settingPatch } from "../../kube/config/settings.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import type { LoggedProblem } from "../../kube/network/clients.ts";
import { type PatchValue, toYaml } from "../../kube/patch.ts";
import type { Place } from "../../kube/places.ts";
import { nameOf, refKey } from "../../kube/refs.ts";
import { restartOf } from "../../kube/remedy-parts.ts";
import { type WorkloadSources, workloadsIn } from "../../kube/workloads.ts";
import { isRolledKind } from "../../remedy-calls.ts";

/** The container that has the address, and how it does. */
export interface Client {
  readonly place: Place;
  /** The Pods of its template that are not healthy. */
  readonly troubled: readonly ObjectRef[];
  /** The line of its log that tells of the address. */
  readonly said: LoggedProblem | undefined;
  readonly isSilent: boolean;
}

const RANK: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2 };

/** The gravest first: findings about one object are joined, and the first one's words stand for all. */
export function byGravity(a: Finding, b: Finding): number {
  return RANK[a.severity ?? "high"] - RANK[b.severity ?? "high"];
}

/** One finding for all wrong addresses that one object gives a container; the first one's words stand for all. */
export function merged(findings: readonly Finding[]): readonly Finding[] {
  const groups = Map.groupBy(findings, ({ object, subject }) => `${refKey(object)} ${subject ?? ""}`);
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const all = [first, ...others];
    const [evidence = first.evidence[0], ...more] = distinct(all.flatMap((finding) => [...finding.evidence]));
    return [
      {
        ...first,
        evidence: [evidence, ...more],
        affects: distinct(all.flatMap(({ affects = [] }) => [...affects])),
        related: distinct(all.flatMap(({ related = [] }) => [...related])),
        remedies: distinct(all.flatMap(({ remedies = [] }) => [...remedies])),
      },
    ];
  });
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** A bare name in a file may mean anything, unless a Service of almost that name exists or the log complains of it. */
export function isWorthSaying(
  { host, setting }: ConfiguredAddress,
  fault: AddressFault,
  { said }: Client,
): boolean {
  if (fault.kind === "port_missing" || said !== undefined) return true;
  const isBare = !host.includes(".");
  return !isBare || fault.meant !== undefined || (setting.via !== "file" && setting.value.includes(":"));
}

export function addressFinding(
  address: ConfiguredAddress,
  fault: AddressFault,
  client: Client,
  objects: Read,
): Finding {
  const { place, troubled, said } = client;
  const severity = severityOf(client);
  const { setting } = address;
  const evidence: readonly Evidence[] = [
    ...(said ? [said.evidence] : []),
    setting.evidence,
    ...(fault.kind === "port_missing" && address.portSetting ? [address.portSetting.evidence] : []),
    fault.kind === "port_missing"
      ? fieldEvidence(fault.service, "spec.ports", fault.ports.join(", "))
      : fieldEvidence(fault.service, "metadata.name", undefined),
  ];
  const [first = setting.evidence, ...rest] = evidence;
  const isMissing = fault.kind === "service_missing" && fault.meant === undefined;
  const changed = fault.kind === "port_missing" ? (address.portSetting ?? setting) : setting;
  return {
    object: isMissing && said ? fault.service : changed.object,
    ...(isMissing && said ? {} : { subject: place.name }),
    severity,
    title: titleOf(fault, client),
    confidence: said || severity === "low" ? "likely" : "possible",
    evidence: [first, ...rest],
    ...(severity === "low" ? {} : { affects: troubled.length > 0 ? troubled : [place.podRef] }),
    related: [place.podRef, place.workload, fault.service],
    details: { container: place.name, host: address.host, ...(address.port && { port: address.port }) },
    remedies: remediesOf(address, fault, place, objects),
  };
}

/** What runs well in spite of it may not use the address at all. */
function severityOf({ troubled, said, isSilent, place }: Client): Severity {
  if (said) return troubled.length > 0 ? "high" : "medium";
  const isUp = place.status?.ready === true || place.status?.state?.waiting?.reason === "PodInitializing";
  const hasRun =
    place.status?.state?.running !== undefined || place.status?.lastState?.terminated !== undefined;
  return troubled.length > 0 && isSilent && hasRun && !isUp ? "medium" : "low";
}

function titleOf(fault: AddressFault, { place }: Client): string {
  const who = `Container ${place.name} of ${nameOf(place.workload)}`;
  const { service } = fault;
  const where = service.namespace === place.podRef.namespace ? "" : ` of namespace ${service.namespace}`;
  if (fault.kind === "port_missing")
    return `${who} is configured with port ${fault.port} of ${nameOf(service)}${where}, which it does not have`;
  const { meant } = fault;
  if (!meant) return `${who} is configured with ${nameOf(service)}${where}, which does not exist`;
  return meant.namespace === service.namespace
    ? `${who} is configured with ${nameOf(service)}${where}, which does not exist; ${nameOf(meant)} does`
    : `${who} is configured with ${nameOf(service)}${where}, which does not exist there; it does in namespace ${meant.namespace}`;
}

function remediesOf(
  address: ConfiguredAddress,
  fault: AddressFault,
  place: Place,
  objects: Read,
): readonly Remedy[] {
  const again = address.setting.object.kind === "ConfigMap" ? restart(place) : [];
  if (fault.kind === "port_missing") return [...portRemedies(address, fault, place), ...again];
  const { service, meant } = fault;
  const { setting, host } = address;
  const where = `${setting.field} of ${nameOf(setting.object)}`;
  if (!meant)
    return [
      createService(service, address.port, objects),
      { step: `Or let ${where} name a Service that exists.`, object: setting.object },
    ];
  const to = hostFor(meant, host, place.podRef.namespace);
  return [
    {
      step: `Let ${where} name ${to} instead of ${service.name}.`,
      ...settingPatch(setting, place, { from: host, to }),
    },
    ...again,
  ];
}

/** In the form in which the old name stands, as short as it may be. */
function hostFor({ namespace, name }: ObjectRef, host: string, from: string): string {
  const [, , ...rest] = host.split(".");
  const isShort = !host.includes(".") && namespace === from;
  return isShort ? name : [name, namespace, ...rest].join(".");
}

function portRemedies(
  { setting, portSetting, host }: ConfiguredAddress,
  { service, port, ports }: Extract<AddressFault, { kind: "port_missing" }>,
  place: Place,
): readonly Remedy[] {
  const changed = portSetting ?? setting;
  const [only] = ports;
  const patch =
    only === undefined || ports.length > 1
      ? {}
      : portSetting
        ? settingPatch(portSetting, place, { from: String(port), to: String(only) })
        : settingPatch(setting, place, { from: `${host}:${port}`, to: `${host}:${only}` });
  return [
    {
      step: `Let ${changed.field} of ${nameOf(changed.object)} name port ${ports.join(" or ")} of ${nameOf(service)}.`,
      ...patch,
    },
    { step: `Or add port ${port} to ${nameOf(service)}.`, object: service },
  ];
}

/** With the selector of the workload that has the Service's name, where there is one. */
function createService(service: ObjectRef, port: number | undefined, objects: WorkloadSources): Remedy {
  const { namespace, name } = service;
  const step = `Create ${nameOf(service)} in namespace ${namespace}.`;
  const workload = workloadsIn(objects, namespace).find(({ metadata }) => metadata.name === name);
  const labels = workload?.spec?.selector?.matchLabels ?? {};
  const isPlain = Object.entries(labels).every(([key, value]) => isQualifiedName(key) && isLabelValue(value));
  const ports = (workload?.spec?.template?.spec?.containers ?? []).flatMap(
    (container) => container.ports ?? [],
  );
  const [first] = ports;
  if (!first || Object.keys(labels).length === 0 || !isPlain) return { step, object: service };
  const spec: PatchValue = {
    selector: labels,
    ports: [{ port: port ?? first.containerPort, targetPort: first.containerPort }],
  };
  return { step, object: service, patch: toYaml({ spec }) };
}

function restart({ workload }: Place): readonly Remedy[] {
  if (!isRolledKind(workload.kind)) return [];
  return [
    {
      step: `Then restart ${nameOf(workload)}, so that it reads the ConfigMap again.`,
      ...restartOf(workload),
    },
  ];
}
