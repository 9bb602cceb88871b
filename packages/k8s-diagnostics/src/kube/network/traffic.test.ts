import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barriers } from "./traffic.ts";

const NAMESPACES = ["shop", "infra"] as const;
const PODS = [
  { name: "a", namespace: "shop", labels: { app: "web" }, ip: "10.0.0.1" },
  { name: "b", namespace: "shop", labels: { app: "db", tier: "back" }, ip: "10.0.0.2" },
  { name: "c", namespace: "infra", labels: { app: "web", tier: "back" }, ip: "10.0.1.1" },
];
const TEAMS = { shop: "x", infra: "y" } as const;
/** What every Pod declares. */
const DECLARED = { http: 8080, metrics: 9090 } as const;

interface Selector {
  readonly matchLabels?: Record<string, string>;
  readonly matchExpressions?: { key: string; operator: string; values?: string[] }[];
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { cidr: string; except?: string[] };
}
interface Port {
  readonly port?: number | string;
  readonly endPort?: number;
  readonly protocol?: string;
}
interface Policy {
  readonly namespace: (typeof NAMESPACES)[number];
  readonly podSelector: Selector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: { from?: Peer[]; ports?: Port[] }[];
  readonly egress?: { to?: Peer[]; ports?: Port[] }[];
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const strip = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
const selectorOf = (key: string, values: string[]): fc.Arbitrary<Selector> =>
  fc.oneof(
    fc.constant({}),
    fc.constantFrom(...values).map((value) => ({ matchLabels: { [key]: value } })),
    fc
      .record({
        key: fc.constant(key),
        operator: fc.constantFrom("In", "NotIn"),
        values: fc.subarray(values, { minLength: 1 }),
      })
      .map((expression) => ({ matchExpressions: [expression] })),
    fc
      .constantFrom("Exists", "DoesNotExist")
      .map((operator) => ({ matchExpressions: [{ key: "tier", operator }] })),
  );
const podSelector = selectorOf("app", ["web", "db"]);
const namespaceSelector = fc.oneof(
  selectorOf("team", ["x", "y"]),
  selectorOf("kubernetes.io/metadata.name", [...NAMESPACES]),
);
const peer: fc.Arbitrary<Peer> = fc.oneof(
  fc.record({ podSelector }),
  fc.record({ namespaceSelector }),
  fc.record({ podSelector, namespaceSelector }),
  fc
    .record({
      cidr: fc.constantFrom("10.0.0.0/16", "10.0.0.0/24", "10.0.1.0/24", "0.0.0.0/0"),
      except: maybe(fc.constantFrom(["10.0.0.2/32"], ["10.0.1.0/24", "10.0.0.0/30"])),
    })
    .map((ipBlock) => ({ ipBlock: strip(ipBlock) as { cidr: string } })),
);
const port: fc.Arbitrary<Port> = fc
  .oneof(
    fc.record({ protocol: maybe(fc.constantFrom("TCP", "UDP")) }),
    fc.record({
      port: fc.constantFrom<(number | string)[]>(8080, 9090, "http", "metrics"),
      protocol: maybe(fc.constantFrom("TCP", "UDP")),
    }),
    fc.record({ port: fc.constantFrom(8000, 8081), endPort: fc.constantFrom(8080, 9000, 9090) }),
  )
  .map(strip) as fc.Arbitrary<Port>;
const ports = maybe(fc.array(port, { maxLength: 2 }));
const peers = maybe(fc.array(peer, { maxLength: 2 }));
const policy = fc
  .record({
    namespace: fc.constantFrom(...NAMESPACES),
    podSelector,
    policyTypes: maybe(fc.constantFrom(["Ingress"], ["Egress"], ["Ingress", "Egress"])),
    ingress: maybe(fc.array(fc.record({ from: peers, ports }).map(strip), { maxLength: 2 })),
    egress: maybe(fc.array(fc.record({ to: peers, ports }).map(strip), { maxLength: 2 })),
  })
  .map(strip) as fc.Arbitrary<Policy>;

type Packet = { from: (typeof PODS)[number]; to: (typeof PODS)[number]; number: number; protocol: string };

/** Every rule written out as the list of all packets that it lets through. */
const PACKETS: readonly Packet[] = PODS.flatMap((from) =>
  PODS.flatMap((to) =>
    [8000, 8080, 8081, 9000, 9090].flatMap((number) =>
      ["TCP", "UDP"].map((protocol) => ({ from, to, number, protocol })),
    ),
  ),
);

function selected(selector: Selector, labels: Record<string, string | undefined>): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    if (labels[key] !== value) return false;
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const value = labels[key];
    if (operator === "In" && (value === undefined || !values.includes(value))) return false;
    if (operator === "NotIn" && value !== undefined && values.includes(value)) return false;
    if (operator === "Exists" && value === undefined) return false;
    if (operator === "DoesNotExist" && value !== undefined) return false;
  }
  return true;
}

function inBlock(ip: string, cidr: string): boolean {
  const [base = "", length = "0"] = cidr.split("/");
  const number = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(ip) / size) === Math.floor(number(base) / size);
}

function letThrough(
  { namespace, podSelector: own, policyTypes, ingress, egress }: Policy,
  direction: "Ingress" | "Egress",
): ReadonlySet<Packet> | undefined {
  const isFor = policyTypes
    ? policyTypes.includes(direction)
    : direction === "Ingress" || egress !== undefined;
  if (!isFor) return undefined;
  const rules =
    direction === "Ingress"
      ? (ingress ?? []).map(({ from, ports: list }) => ({ peers: from, ports: list }))
      : (egress ?? []).map(({ to, ports: list }) => ({ peers: to, ports: list }));
  const near = (packet: Packet) => (direction === "Ingress" ? packet.to : packet.from);
  const far = (packet: Packet) => (direction === "Ingress" ? packet.from : packet.to);
  return new Set(
    PACKETS.filter(
      (packet) => near(packet).namespace === namespace && selected(own, near(packet).labels),
    ).filter((packet) =>
      rules.some((rule) => {
        const other = far(packet);
        const isPeer =
          !rule.peers?.length ||
          rule.peers.some((one) => {
            if (one.ipBlock) {
              const { cidr, except = [] } = one.ipBlock;
              return inBlock(other.ip, cidr) && !except.some((block) => inBlock(other.ip, block));
            }
            const labels = {
              team: TEAMS[other.namespace as "shop"],
              "kubernetes.io/metadata.name": other.namespace,
            };
            if (
              one.namespaceSelector ? !selected(one.namespaceSelector, labels) : other.namespace !== namespace
            )
              return false;
            return !one.podSelector || selected(one.podSelector, other.labels);
          });
        const isPort =
          !rule.ports?.length ||
          rule.ports.some((one) => {
            if ((one.protocol ?? "TCP") !== packet.protocol) return false;
            if (one.port === undefined) return true;
            // Every Pod declares its named ports for TCP.
            if (typeof one.port === "string")
              return packet.protocol === "TCP" && DECLARED[one.port as "http"] === packet.number;
            return packet.number >= one.port && packet.number <= (one.endPort ?? one.port);
          });
        return isPeer && isPort;
      }),
    ),
  );
}

function oracle(packet: Packet, policies: readonly Policy[], direction: "Ingress" | "Egress"): boolean {
  const end = direction === "Ingress" ? packet.to : packet.from;
  const own = policies.filter(
    ({ namespace, podSelector: selector }) => namespace === end.namespace && selected(selector, end.labels),
  );
  const sets = own.flatMap((one) => letThrough(one, direction) ?? []);
  return sets.length === 0 || sets.some((set) => set.has(packet));
}

function snapshotOf(policies: readonly Policy[]) {
  const documents = [
    ...NAMESPACES.map((name) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels: { team: TEAMS[name] } },
    })),
    ...PODS.map(({ name, namespace, labels, ip }) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace, labels },
      spec: {
        containers: [
          { name: "app", ports: Object.entries(DECLARED).map(([n, p]) => ({ name: n, containerPort: p })) },
        ],
      },
      status: { podIP: ip },
    })),
    ...policies.map(({ namespace, ...spec }, index) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: `p${index}`, namespace },
      spec,
    })),
  ];
  return snapshotFromYaml(documents.map((document) => JSON.stringify(document)).join("\n---\n")).objects;
}

describe("barriers", () => {
  it("stand exactly where a rule-by-rule enumeration of all packets says", () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 4 }), (policies) => {
        const objects = snapshotOf(policies);
        for (const packet of PACKETS.filter(({ from, to }) => from !== to)) {
          const from = objects.pods.get(packet.from.namespace, packet.from.name);
          const to = objects.pods.get(packet.to.namespace, packet.to.name);
          if (!from || !to) throw new Error("no Pod in the snapshot");
          const closed = barriers(from, to, packet, objects).map(({ direction }) => direction);
          const expected = (["Egress", "Ingress"] as const).filter(
            (direction) => !oracle(packet, policies, direction),
          );
          expect(closed).toEqual(expected);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("never stand before the host's network, and not where an address is not known", () => {
    const { objects } = snapshotFromYaml(`
apiVersion: v1
kind: Pod
metadata: { name: a, namespace: shop }
---
apiVersion: v1
kind: Pod
metadata: { name: host, namespace: shop }
spec: { hostNetwork: true, containers: [] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }`);
    const [a, host, db] = ["a", "host", "db"].map((name) => objects.pods.get("shop", name));
    if (!a || !host || !db) throw new Error("no Pod in the snapshot");
    const port = { number: 5432, protocol: "TCP" };
    expect(barriers(a, db, port, objects)).toEqual([]);
    expect(barriers(host, db, port, objects)).toEqual([]);
    expect(barriers(db, db, port, objects)).toEqual([]);
  });
});
