import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Finding } from "../../check.ts";
import { serverCause } from "../../kube/config/database-server.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isLabelValue, isQualifiedName } from "../../kube/grammar.ts";
import { workloadOf } from "../../kube/owners.ts";
import { toYaml } from "../../kube/patch.ts";
import type { Place } from "../../kube/places.ts";
import { podsMatching } from "../../kube/pod-index.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";

type Pod = ObjectOf<"pods">;
type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "services">;

/** What operators and charts write into labels by which they tell the Pods of a database apart. */
const PRIMARY = /^(?:primary|master|leader|writer)$/i;
const REPLICA = /^(?:(?:read-?|sync-?)?replicas?|slaves?|secondary|standby|follower|reader|read)$/i;
const FOR_WRITES = /-(?:rw|primary|master|leader|writer?)$/;

/** Pods of both roles that a Service selects, and the label that tells them apart. */
interface MixedRoles {
  readonly service: ObjectOf<"services">;
  /** One of a replica that the Service selects. */
  readonly replica: Pod;
  readonly primary: Pod;
  readonly key: string;
  readonly value: string;
}

/**
 * A Service that spreads writes over the primary and its replicas, or whose name promises the primary and whose
 * selector takes replicas alone. A headless Service lets its clients choose.
 */
export function mixedRoles(ref: ObjectRef, objects: Read): MixedRoles | undefined {
  const service = objects.services.get(ref.namespace, ref.name);
  const { selector = {}, clusterIP } = service?.spec ?? {};
  if (!service || clusterIP === "None") return undefined;
  const pods = podsMatching(selector, ref.namespace, objects);
  for (const replica of pods) {
    const key = roleKey(replica);
    if (key === undefined) continue;
    const primary = primaryOf(pods, key) ?? promised(ref, selector, key, objects);
    const value = primary?.metadata.labels?.[key];
    if (primary && value !== undefined) return { service, replica, primary, key, value };
  }
  return undefined;
}

/** The label by which this Pod is a replica. */
function roleKey({ metadata }: Pod): string | undefined {
  return Object.entries(metadata.labels ?? {}).find(
    ([key, value]) => REPLICA.test(value) && isQualifiedName(key),
  )?.[0];
}

function primaryOf(pods: readonly Pod[], key: string): Pod | undefined {
  return pods.find(({ metadata }) => PRIMARY.test(metadata.labels?.[key] ?? ""));
}

/** The primary of the same database, where the Service is named after it and does not select it. */
function promised(
  { namespace, name }: ObjectRef,
  selector: Readonly<Record<string, string>>,
  key: string,
  objects: Read,
): Pod | undefined {
  const { [key]: role, ...others } = selector;
  return role !== undefined && FOR_WRITES.test(name)
    ? primaryOf(podsMatching(others, namespace, objects), key)
    : undefined;
}

export function mixedFinding(
  { service, replica, primary, key, value }: MixedRoles,
  client: Place,
  said: Pick<Finding, "confidence" | "details"> & { readonly line: Finding["evidence"][0] },
  objects: Read,
): Finding {
  const object = refOf(service);
  const patch = isLabelValue(value) ? { patch: toYaml({ spec: { selector: { [key]: value } } }) } : {};
  const workloads = [primary, replica].map((pod) => workloadOf(pod, objects));
  return serverCause(client, {
    object,
    title: `${nameOf(object)} leads writes of container ${client.name} of ${nameOf(client.workload)} to a read-only replica: its selector does not keep to the primary`,
    confidence: said.confidence,
    evidence: [
      said.line,
      fieldEvidence(object, "spec.selector", service.spec?.selector),
      ...[primary, replica].map((pod) =>
        fieldEvidence(refOf(pod), `metadata.labels[${key}]`, pod.metadata.labels?.[key]),
      ),
    ],
    related: [...new Map(workloads.map((workload) => [refKey(workload), workload])).values()],
    ...(said.details && { details: said.details }),
    remedies: [
      {
        step: `Let spec.selector of ${nameOf(object)} ask for the value of the label ${key} that Pod ${primary.metadata.name} has, so that it takes the primary only.`,
        ...patch,
      },
    ],
  });
}
