import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { matchesSelector } from "../selectors.ts";
import { isInBlock } from "./cidr.ts";
import { isolating } from "./network-policies.ts";
import { declaredPorts } from "./service-ports.ts";

export type NetworkPolicy = ObjectOf<"networkPolicies">;
type Pod = ObjectOf<"pods">;
type PolicySpec = NonNullable<NetworkPolicy["spec"]>;
export type Direction = "Ingress" | "Egress";
export type PolicyRule =
  | NonNullable<PolicySpec["ingress"]>[number]
  | NonNullable<PolicySpec["egress"]>[number];
export type PolicyPeer = NonNullable<NonNullable<PolicySpec["ingress"]>[number]["from"]>[number];
type Read = Pick<Objects, "networkPolicies" | "namespaces">;

/** The port of the Pod that traffic arrives at. */
export interface ArrivalPort {
  readonly number: number;
  readonly protocol: string;
}

/** A direction in which policies isolate one end, and none of them admits the traffic. */
export interface Barrier {
  readonly direction: Direction;
  readonly policies: readonly NetworkPolicy[];
}

/**
 * What keeps traffic of one Pod from a port of another: the policies for egress of the one, those for ingress of the
 * other, or both; empty when it may pass. What is not known (labels of a namespace, an address) counts as admitted.
 * Traffic of and to the host's network, and of a Pod to itself, is never blocked here.
 * Source: k8s.io/api networking/v1, and https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function barriers(from: Pod, to: Pod, port: ArrivalPort, objects: Read): readonly Barrier[] {
  if (from === to || from.spec?.hostNetwork === true || to.spec?.hostNetwork === true) return [];
  return (["Egress", "Ingress"] as const).flatMap((direction) => {
    const policies = isolating(direction === "Egress" ? from : to, direction, objects);
    const isAdmitted = policies.some((policy) =>
      rulesOf(policy, direction).some(
        (rule) =>
          admitsPort(rule, port, to) &&
          admitsPeer(rule, direction === "Egress" ? to : from, policy.metadata.namespace, objects),
      ),
    );
    return policies.length === 0 || isAdmitted ? [] : [{ direction, policies }];
  });
}

/** What keeps traffic of a Pod from an address that is no Pod's: only blocks of addresses admit those. */
export function barrierToAddress(
  from: Pod,
  address: string,
  port: ArrivalPort,
  objects: Pick<Objects, "networkPolicies">,
): Barrier | undefined {
  if (from.spec?.hostNetwork === true) return undefined;
  const policies = isolating(from, "Egress", objects);
  const isAdmitted = policies.some((policy) =>
    rulesOf(policy, "Egress").some((rule) => admitsNumber(rule, port) && admitsAddress(rule, address)),
  );
  return policies.length === 0 || isAdmitted ? undefined : { direction: "Egress", policies };
}

/** A named port of an address that is no Pod's is not known: it counts as admitted. */
function admitsNumber({ ports = [] }: PolicyRule, { number, protocol }: ArrivalPort): boolean {
  return (
    ports.length === 0 ||
    ports.some(({ port, endPort, protocol: wanted = "TCP" }) => {
      const rule = port as string | number | undefined;
      if (wanted !== protocol) return false;
      return typeof rule !== "number" || (number >= rule && number <= (endPort ?? rule));
    })
  );
}

function admitsAddress(rule: PolicyRule, address: string): boolean {
  const peers = peersOf(rule);
  return peers.length === 0 || peers.some(({ ipBlock }) => ipBlock !== undefined && holds(ipBlock, address));
}

function holds({ cidr, except = [] }: NonNullable<PolicyPeer["ipBlock"]>, address: string): boolean {
  return isInBlock(address, cidr) && !except.some((block) => isInBlock(address, block));
}

export function rulesOf({ spec }: NetworkPolicy, direction: Direction): readonly PolicyRule[] {
  return (direction === "Ingress" ? spec?.ingress : spec?.egress) ?? [];
}

export function peersOf(rule: PolicyRule): readonly PolicyPeer[] {
  return ("from" in rule ? rule.from : "to" in rule ? rule.to : undefined) ?? [];
}

/** Whether a rule is for this port of the Pod; a named port is the one of that name at the receiving Pod. */
export function admitsPort({ ports = [] }: PolicyRule, { number, protocol }: ArrivalPort, to: Pod): boolean {
  if (ports.length === 0) return true;
  return ports.some(({ port, endPort, protocol: wanted = "TCP" }) => {
    const rule = port as string | number | undefined;
    if (wanted !== protocol) return false;
    if (rule === undefined) return true;
    if (typeof rule === "number") return number >= rule && number <= (endPort ?? rule);
    return declaredPorts(to).some(
      (declared) => declared.name === rule && declared.number === number && declared.protocol === protocol,
    );
  });
}

/** Whether a rule is for this Pod at the other end; without peers it is for all. */
export function admitsPeer(
  rule: PolicyRule,
  other: Pod,
  namespace: string,
  objects: Pick<Objects, "namespaces">,
): boolean {
  const peers = peersOf(rule);
  return peers.length === 0 || peers.some((peer) => isPeer(peer, other, namespace, objects));
}

function isPeer(
  { ipBlock, namespaceSelector, podSelector }: PolicyPeer,
  other: Pod,
  namespace: string,
  objects: Pick<Objects, "namespaces">,
): boolean {
  if (ipBlock) {
    const addresses = addressesOf(other);
    return addresses.length === 0 || addresses.some((address) => holds(ipBlock, address));
  }
  const isThere = namespaceSelector
    ? selectsNamespace(namespaceSelector, other.metadata.namespace, objects)
    : other.metadata.namespace === namespace;
  return isThere && (podSelector === undefined || matchesSelector(podSelector, other.metadata.labels));
}

function selectsNamespace(
  selector: NonNullable<PolicyPeer["namespaceSelector"]>,
  name: string,
  objects: Pick<Objects, "namespaces">,
): boolean {
  const labels = namespaceLabels(name, objects);
  return labels === undefined || matchesSelector(selector, labels);
}

/** Labels of a namespace, with the one that the API server gives to each; undefined when it was not read. */
export function namespaceLabels(
  name: string,
  objects: Pick<Objects, "namespaces">,
): Readonly<Record<string, string>> | undefined {
  const namespace = objects.namespaces.get("", name);
  return namespace && { "kubernetes.io/metadata.name": name, ...namespace.metadata.labels };
}

function addressesOf({ status }: Pod): readonly string[] {
  const all = [status?.podIP, ...(status?.podIPs ?? []).map(({ ip }) => ip)];
  return all.flatMap((ip) => (ip === undefined || ip === "" ? [] : [ip]));
}
