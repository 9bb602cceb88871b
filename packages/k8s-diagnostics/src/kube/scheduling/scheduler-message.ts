/** What holds the Pod off a node, or off all nodes, by the scheduler's words. */
export type ObstacleKind =
  | "cordoned"
  | "taint"
  | "node_affinity"
  | "node_name"
  | "resource"
  | "too_many_pods"
  | "host_port"
  | "pod_affinity"
  | "pod_anti_affinity"
  | "topology_spread"
  | "volume_node_affinity"
  | "volume_limit"
  | "volume_in_use"
  | "volume_space"
  | "no_volume_to_bind"
  | "csi_driver_missing"
  | "unbound_claim"
  | "claim_not_found"
  | "claim_deleting"
  | "claim_lost_volume"
  | "device_claim"
  | "node_features"
  | "other";

/** One reason of the message; `nodes` is absent when it concerns the Pod whatever the node. */
export interface SchedulerClause {
  readonly kind: ObstacleKind;
  readonly text: string;
  readonly nodes?: number;
  /** The resource, taint key or claim that the reason names. */
  readonly subject?: string;
}

export interface SchedulerMessage {
  readonly totalNodes: number;
  readonly clauses: readonly SchedulerClause[];
  /** What preemption came to, when the message tells. */
  readonly preemption?: string;
}

const FORMS: readonly (readonly [ObstacleKind, RegExp])[] = [
  ["cordoned", /^node\(s\) were unschedulable/],
  ["taint", /^node\(s\) had untolerated taint \{([^:}]{1,317})/],
  ["taint", /^node\(s\) had (?:untolerated taint|taints? )/],
  [
    "node_affinity",
    /^node\(s\) didn't (?:match Pod's node affinity|match node selector|match scheduler-enforced node affinity)/,
  ],
  [
    "node_affinity",
    /^node\(s\) didn't satisfy plugin(?:\(s\))? \[?NodeAffinity\b|^pod affinity terms conflict/,
  ],
  ["node_name", /^node\(s\) didn't match the requested node name/],
  ["resource", /^Insufficient (\S{1,317})$/],
  ["too_many_pods", /^Too many pods$/],
  ["host_port", /^node\(s\) didn't have free ports/],
  ["pod_affinity", /^node\(s\) didn't match pod affinity rules/],
  ["pod_affinity", /^node\(s\) didn't match pod affinity\/anti-affinity rules/],
  [
    "pod_anti_affinity",
    /^node\(s\) didn't (?:match pod anti-affinity|satisfy existing pods anti-affinity) rules/,
  ],
  ["topology_spread", /^node\(s\) didn't match pod topology spread constraints/],
  [
    "volume_node_affinity",
    /^node\(s\) (?:had volume node affinity conflict|didn't match PersistentVolume's node affinity|had no available volume zone)/,
  ],
  ["no_volume_to_bind", /^node\(s\) didn't find available persistent volumes to bind/],
  ["volume_limit", /^node\(s\) exceed max volume count/],
  [
    "volume_in_use",
    /^node\(s\) (?:had no available disk|unavailable due to PersistentVolumeClaim with ReadWriteOncePod)/,
  ],
  ["volume_space", /^node\(s\) did not have enough free storage/],
  ["csi_driver_missing", /^(\S{1,253}) CSI driver is not installed on the node/],
  ["unbound_claim", /^pod has unbound immediate PersistentVolumeClaims/],
  [
    "unbound_claim",
    /^waiting for ephemeral volume controller to create the persistentvolumeclaim "([^"]{1,253})"/,
  ],
  ["claim_lost_volume", /^persistentvolumeclaim "([^"]{1,253})" bound to non-existent persistentvolume/],
  ["claim_lost_volume", /^node\(s\) unavailable due to one or more pvc\(s\) bound to non-existent pv/],
  ["claim_not_found", /^persistentvolumeclaim "([^"]{1,253})" not found/],
  ["claim_deleting", /^persistentvolumeclaim "([^"]{1,253})" is being deleted/],
  [
    "device_claim",
    /^(?:cannot allocate all claims|resource ?claim |request \S{1,127}: |pod "[^"]{1,317}": ResourceClaim not created yet|could not find v1\.ResourceClaim )/i,
  ],
  ["node_features", /^node declared features check failed/],
];

/**
 * Reads the message of a Pod's `PodScheduled` condition or of a `FailedScheduling` event, as kube-scheduler 1.22 to
 * 1.35 writes it. Undefined when it is no such message.
 * Source: k8s.io/kubernetes pkg/scheduler/framework/types.go FitError and the reasons of its plugins
 */
export function parseSchedulerMessage(message: string | undefined): SchedulerMessage | undefined {
  const match = /^0\/(\d{1,7}) nodes are available:? ?(.*)$/s.exec(message ?? "");
  if (!match) return undefined;
  const body = match[2] ?? "";
  const tail = body.search(/(?:^|[.,] )?(?:\bno new claims to deallocate, )?\bpreemption: /);
  const reasons = (tail < 0 ? body : body.slice(0, tail)).split(/\.(?: |$)/, 1)[0] ?? "";
  const preemption = /\bpreemption: (?:0\/\d+ nodes are available: )?(.*?)\.*$/s.exec(body)?.[1];
  return {
    totalNodes: Number(match[1]),
    clauses: reasons
      .split(/, (?=\d+ \S)/)
      .map((text) => text.trim())
      .filter((text) => text !== "")
      .map(clauseOf),
    ...(preemption !== undefined && { preemption }),
  };
}

function clauseOf(clause: string): SchedulerClause {
  const counted = /^(\d{1,7}) (.*)$/s.exec(clause);
  const text = counted?.[2] ?? clause;
  const nodes = counted ? { nodes: Number(counted[1]) } : {};
  for (const [kind, form] of FORMS) {
    const found = form.exec(text);
    if (found) return { kind, text, ...nodes, ...(found[1] !== undefined && { subject: found[1] }) };
  }
  return { kind: "other", text, ...nodes };
}
