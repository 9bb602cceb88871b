import { isDnsLabel, type ObjectOf } from "@k8s-ops/k8s-cluster";
import { podCondition } from "./pods.ts";
import { parseQuantity } from "./quantity.ts";

type Pod = ObjectOf<"pods">;

/** Why the kubelet evicted a Pod, by its message. */
export interface Eviction {
  readonly message: string;
  /** What the Node ran short of. */
  readonly resource: string | undefined;
  readonly container: string | undefined;
  /** Bytes that the container used, and what it requested. */
  readonly used: number | undefined;
  readonly request: number | undefined;
  /** Whether a limit of the Pod's own was exceeded, and not the Node's room. */
  readonly overLimit: boolean;
  /** The emptyDir volume that outgrew its sizeLimit. */
  readonly volume: string | undefined;
  readonly limit: string | undefined;
  readonly at: string | undefined;
}

const RESOURCE = /low on resource: (memory|ephemeral-storage|inodes|pids)\b/;
const USAGE =
  /Container ([a-z0-9][-a-z0-9]{0,62}) was using ([0-9.]+[A-Za-z]{0,2}), request is ([0-9.]+[A-Za-z]{0,2})/;
const OWN_LIMIT =
  /Container ([a-z0-9][-a-z0-9]{0,62}) exceeded its local ephemeral storage limit "([^"]{1,30})"/;
const EMPTY_DIR = /Usage of EmptyDir volume "([^"]{1,63})" exceeds the limit "([^"]{1,30})"/;

/** Undefined for Pods that were not evicted. Source: k8s.io/kubernetes pkg/kubelet/eviction helpers.go */
export function evictionOf(pod: Pod): Eviction | undefined {
  if (pod.status?.phase !== "Failed" || pod.status.reason !== "Evicted") return undefined;
  const message = pod.status.message ?? "";
  const usage = USAGE.exec(message);
  const ownLimit = OWN_LIMIT.exec(message);
  const emptyDir = EMPTY_DIR.exec(message);
  const volume = emptyDir?.[1];
  return {
    message,
    resource: RESOURCE.exec(message)?.[1],
    container: usage?.[1] ?? ownLimit?.[1],
    used: parseQuantity(usage?.[2]),
    request: parseQuantity(usage?.[3]),
    overLimit: /exceed(?:s|ed) (?:its local|the (?:total )?limit)/.test(message),
    volume: volume !== undefined && isDnsLabel(volume) ? volume : undefined,
    limit: emptyDir?.[2] ?? ownLimit?.[2],
    at: podCondition(pod, "DisruptionTarget")?.lastTransitionTime,
  };
}
