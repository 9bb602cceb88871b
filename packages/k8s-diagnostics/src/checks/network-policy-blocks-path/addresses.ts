import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence, Finding, Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isInBlock } from "../../kube/network/cidr.ts";
import type { LoggedProblem } from "../../kube/network/clients.ts";
import { findPort } from "../../kube/network/service-ports.ts";
import { hasSelector } from "../../kube/network/services.ts";
import {
  type ArrivalPort,
  type Barrier,
  barrierToAddress,
  type NetworkPolicy,
  peersOf,
  rulesOf,
} from "../../kube/network/traffic.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import type { Client } from "./client.ts";
import { rulePatch } from "./remedy.ts";

type Read = Pick<Objects, "services" | "endpointSlices" | "networkPolicies">;
type Service = ObjectOf<"services">;

const MAX_ADDRESSES = 5;

/**
 * Services of which the endpoints are no Pods: the API server above all. Policies see the addresses behind a cluster
 * IP, so that a rule for the cluster IP admits nothing.
 */
export function blockedAddresses(
  client: Client,
  problems: readonly LoggedProblem[],
  objects: Read,
): readonly Finding[] {
  const found = new Map(
    problems.flatMap((said) =>
      said.targets.flatMap(({ service: ref, port }) => {
        const service = objects.services.get(ref.namespace, ref.name);
        if (!service || hasSelector(service)) return [];
        const finding = blockedAt(client, said, service, port, objects);
        return finding ? [[`${ref.namespace}/${ref.name}`, finding] as const] : [];
      }),
    ),
  );
  return [...found.values()];
}

function blockedAt(
  client: Client,
  said: LoggedProblem,
  service: Service,
  number: number | undefined,
  objects: Read,
): Finding | undefined {
  const ports = service.spec?.ports ?? [];
  const port = number === undefined ? ports[0] : findPort(service, { number });
  const ends = port ? endpointsBehind(service, port, objects).slice(0, MAX_ADDRESSES) : [];
  const barriers = ends.map(({ address, arrival }) =>
    barrierToAddress(client.place.pod, address, arrival, objects),
  );
  const [barrier] = barriers;
  const [end] = ends;
  if (!barrier || !end || !port || barriers.includes(undefined)) return undefined;
  return finding(client, said, service, port.port, { barrier, ends, arrival: end.arrival });
}

interface End {
  readonly slice: ObjectRef;
  readonly address: string;
  readonly arrival: ArrivalPort;
}

function endpointsBehind(
  { metadata: { namespace, name } }: Service,
  wanted: NonNullable<NonNullable<Service["spec"]>["ports"]>[number],
  { endpointSlices }: Pick<Objects, "endpointSlices">,
): readonly End[] {
  return endpointSlices
    .in(namespace)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap((slice) => {
      const port = slice.ports?.find((each) => (each.name ?? "") === (wanted.name ?? ""));
      if (port?.port === undefined) return [];
      const arrival = { number: port.port, protocol: port.protocol ?? "TCP" };
      return (slice.endpoints ?? [])
        .filter(({ targetRef, conditions }) => targetRef?.kind !== "Pod" && conditions?.ready !== false)
        .flatMap(({ addresses }) => addresses.map((address) => ({ slice: refOf(slice), address, arrival })));
    });
}

function finding(
  { place, troubled }: Client,
  said: LoggedProblem,
  service: Service,
  servicePort: number,
  {
    barrier,
    ends,
    arrival,
  }: { readonly barrier: Barrier; readonly ends: readonly End[]; readonly arrival: ArrivalPort },
): Finding {
  const ref = refOf(service);
  const clusterIp = service.spec?.clusterIP ?? "";
  const misled = barrier.policies.find((each) => ruleFor(each, clusterIp) >= 0);
  const policy =
    misled ?? barrier.policies.find((each) => rulesOf(each, "Egress").length > 0) ?? barrier.policies[0];
  const object = policy ? refOf(policy) : ref;
  const addresses = ends.map(({ address }) => address);
  return {
    object,
    severity: "high",
    title: misled
      ? `${nameOf(object)} admits the cluster IP of ${nameOf(ref)}, and not the addresses behind it, which policies see`
      : `${nameOf(object)} does not let Pods of ${nameOf(place.workload)} out to the addresses behind ${nameOf(ref)}`,
    confidence: "likely",
    evidence: [
      said.evidence,
      shownRule(policy, clusterIp, object),
      fieldEvidence(ends[0]?.slice ?? ref, "endpoints[].addresses", addresses),
      fieldEvidence(ends[0]?.slice ?? ref, "ports[].port", `${arrival.number}/${arrival.protocol}`),
    ],
    affects: troubled.length > 0 ? troubled : [place.podRef],
    related: [place.podRef, place.workload, ref],
    details: { direction: "Egress", client: place.workload.name, service: ref.name, port: servicePort },
    remedies: policy ? [admit(policy, addresses, arrival)] : [],
  };
}

function shownRule(policy: NetworkPolicy | undefined, clusterIp: string, object: ObjectRef): Evidence {
  const rules = policy ? rulesOf(policy, "Egress") : [];
  const at = policy ? ruleFor(policy, clusterIp) : -1;
  return at < 0
    ? fieldEvidence(object, "spec.egress", rules)
    : fieldEvidence(object, `spec.egress[${at}]`, rules[at]);
}

/** Index of the rule that admits the address; -1 when none does. */
function ruleFor(policy: NetworkPolicy, address: string): number {
  return rulesOf(policy, "Egress").findIndex((rule) =>
    peersOf(rule).some(({ ipBlock }) => ipBlock !== undefined && isInBlock(address, ipBlock.cidr)),
  );
}

function admit(policy: NetworkPolicy, addresses: readonly string[], arrival: ArrivalPort): Remedy {
  const patch = rulePatch(policy, "Egress", {
    to: addresses.map((address) => ({ ipBlock: { cidr: `${address}/${address.includes(":") ? 128 : 32}` } })),
    ports: [{ port: arrival.number, protocol: arrival.protocol }],
  });
  return {
    step: `Add to spec.egress of ${nameOf(refOf(policy))} a rule for port ${arrival.number} over ${arrival.protocol} to the ipBlocks of the addresses in the EndpointSlice.`,
    ...(patch !== undefined && { patch }),
  };
}
