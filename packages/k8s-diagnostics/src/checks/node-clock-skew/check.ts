import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { nodeCondition } from "../../kube/scheduling/node-conditions.ts";
import { secondsBetween } from "../../kube/time.ts";

const SKEW_SECONDS = 300;
/** The kubelet renews its lease every ten seconds, and writes its heartbeats every five minutes. */
const LATE_HEARTBEAT_SECONDS = 1200;

export const nodeClockSkew = defineCheck({
  id: "node_clock_skew",
  title: "Clock of a Node is wrong",
  when: "a Node's lease or last heartbeat lies more than five minutes after the moment of reading, or (of a Node that is Ready for a working controller manager) long before it, and other Nodes' do not; high where programs on it reject certificates by their dates",
  severity: "medium",
  level: "cause",
  reads: ["nodes", "leases", "pods", "replicaSets", "jobs", "logs"],
  supersedes: ["certificate_rejected"],
  run: ({ objects, asOf }) => {
    const stamped = objects.nodes.all.flatMap((node) => stampOf(node, objects, asOf) ?? []);
    const isRight = stamped.some(({ ahead, isLate }) => ahead <= SKEW_SECONDS && !isLate);
    // When all are wrong, it is the reader's clock that is.
    if (!isRight || stamped.length < 2) return [];
    const wrong = stamped.filter(
      ({ ahead, isLate, node }) => ahead > SKEW_SECONDS || (isLate && isWatched(node, objects, asOf)),
    );
    if (wrong.length === 0) return [];
    const rejections = dateRejections(objects, asOf);
    return wrong.map((stamp) => findingOf(stamp, rejections.get(stamp.node.metadata.name) ?? [], asOf));
  },
});

interface Stamp {
  readonly node: ObjectOf<"nodes">;
  /** Seconds after the moment of reading; negative when before it. */
  readonly ahead: number;
  /** Whether a clock that is right would have written a newer one. */
  readonly isLate: boolean;
  readonly evidence: Evidence;
}

function stampOf(
  node: ObjectOf<"nodes">,
  { leases }: Pick<Objects, "leases">,
  asOf: string,
): Stamp | undefined {
  const lease = leases.get("kube-node-lease", node.metadata.name);
  const renewed = lease?.spec?.renewTime;
  if (lease && renewed !== undefined) {
    const ahead = secondsAhead(renewed, asOf);
    const evidence = fieldEvidence(refOf(lease), "spec.renewTime", renewed);
    return { node, ahead, isLate: ahead < -SKEW_SECONDS, evidence };
  }
  const heartbeat = nodeCondition(node, "Ready")?.lastHeartbeatTime;
  if (heartbeat === undefined) return undefined;
  const ahead = secondsAhead(heartbeat, asOf);
  const evidence = fieldEvidence(refOf(node), "status.conditions[Ready].lastHeartbeatTime", heartbeat);
  return { node, ahead, isLate: ahead < -LATE_HEARTBEAT_SECONDS, evidence };
}

/**
 * Whether the Node would be NotReady if its kubelet were silent: the node controller goes by when a lease changes, not
 * by what it says.
 * Source: k8s.io/kubernetes pkg/controller/nodelifecycle probeTimestamp
 */
function isWatched(node: ObjectOf<"nodes">, { leases }: Pick<Objects, "leases">, asOf: string): boolean {
  if (nodeCondition(node, "Ready")?.status !== "True") return false;
  const renewed = leases.get("kube-system", "kube-controller-manager")?.spec?.renewTime;
  return renewed === undefined || (secondsBetween(renewed, asOf) ?? 0) < SKEW_SECONDS;
}

interface Rejection {
  readonly pod: ObjectRef;
  readonly said: Evidence;
}

/** The Pods that reject certificates for their dates, by Node. */
function dateRejections(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs">,
  asOf: string,
): ReadonlyMap<string, readonly Rejection[]> {
  const byNode = new Map<string, Rejection[]>();
  for (const { place, trouble, said } of logsAbout("certificate", objects, asOf)) {
    if (!/not yet valid|expired|is (?:before|after) \d|notbefore|notafter/i.test(trouble.text)) continue;
    const node = place.pod.spec?.nodeName ?? "";
    byNode.set(node, [...(byNode.get(node) ?? []), { pod: place.podRef, said: said(trouble.line) }]);
  }
  return byNode;
}

function findingOf(
  { node, ahead, evidence }: Stamp,
  rejections: readonly Rejection[],
  asOf: string,
): Finding {
  const object = refOf(node);
  const direction = ahead > 0 ? "ahead" : "behind";
  const [first] = rejections;
  return {
    object,
    title: `The clock of ${nameOf(object)} is ${direction}${first ? ", so that programs on it take certificates for invalid" : ""}`,
    confidence: "likely",
    ...(first && { severity: "high" as const }),
    evidence: [
      evidence,
      ...(ahead < 0
        ? [fieldEvidence(object, "status.conditions[Ready].status", nodeCondition(node, "Ready")?.status)]
        : []),
      ...(first ? [first.said] : []),
    ],
    affects: rejections.map(({ pod }) => pod),
    remedies: [
      {
        step: `Synchronise the clock of ${nameOf(object)} (chrony, systemd-timesyncd): certificates and tokens are judged by it.`,
      },
    ],
    details: { [`seconds_${direction}`]: Math.round(Math.abs(ahead)), read_at: asOf },
  };
}

function secondsAhead(at: string, asOf: string): number {
  return -(secondsBetween(at, asOf) ?? 0);
}
