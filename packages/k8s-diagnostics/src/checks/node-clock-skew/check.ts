import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { nodeCondition } from "../../kube/scheduling/node-conditions.ts";
import { secondsBetween } from "../../kube/time.ts";

const AHEAD_SECONDS = 300;

export const nodeClockSkew = defineCheck({
  id: "node_clock_skew",
  title: "Clock of a Node is ahead",
  when: "a Node's lease or last heartbeat lies more than five minutes after the moment of reading, and other Nodes' do not",
  severity: "medium",
  level: "cause",
  reads: ["nodes", "leases"],
  run: ({ objects, asOf }) => {
    const stamped = objects.nodes.all.map((node) => ({ node, stamp: newestStamp(node, objects) }));
    const ahead = stamped.filter(({ stamp }) => secondsAhead(stamp?.at, asOf) > AHEAD_SECONDS);
    // When all are ahead, it is the reader's clock that is wrong.
    if (ahead.length === stamped.length) return [];
    return ahead.flatMap(({ node, stamp }) => {
      if (!stamp) return [];
      const object = refOf(node);
      return [
        {
          object,
          title: `The clock of ${nameOf(object)} is ahead`,
          confidence: "likely" as const,
          evidence: [stamp.evidence] as const,
          remedies: [
            {
              step: `Synchronise the clock of ${nameOf(object)} (chrony, systemd-timesyncd): certificates and tokens are judged by it.`,
            },
          ],
          details: { seconds_ahead: Math.round(secondsAhead(stamp.at, asOf)), read_at: asOf },
        },
      ];
    });
  },
});

interface Stamp {
  readonly at: string;
  readonly evidence: Evidence;
}

function newestStamp(node: ObjectOf<"nodes">, { leases }: Pick<Objects, "leases">): Stamp | undefined {
  const lease = leases.get("kube-node-lease", node.metadata.name);
  const renewed = lease?.spec?.renewTime;
  if (lease && renewed !== undefined) {
    return { at: renewed, evidence: fieldEvidence(refOf(lease), "spec.renewTime", renewed) };
  }
  const heartbeat = nodeCondition(node, "Ready")?.lastHeartbeatTime;
  return heartbeat === undefined
    ? undefined
    : {
        at: heartbeat,
        evidence: fieldEvidence(refOf(node), "status.conditions[Ready].lastHeartbeatTime", heartbeat),
      };
}

function secondsAhead(at: string | undefined, asOf: string): number {
  return -(secondsBetween(at, asOf) ?? 0);
}
