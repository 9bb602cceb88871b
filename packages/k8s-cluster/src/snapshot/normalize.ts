import { isRecord } from "./records.ts";
import { redactSecret } from "./redact.ts";
import { RESOURCES, type ResourceKey } from "./resources.ts";
import { tidy } from "./tidy.ts";
import type { KubeObject } from "./wire.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Controllers write these all the time, and there are many of them: who wrote last says nothing. */
const WITHOUT_MANAGERS: ReadonlySet<ResourceKey> = new Set([
  "pods",
  "events",
  "endpoints",
  "endpointSlices",
  "replicaSets",
  "leases",
]);

/**
 * The one way into a snapshot: fills in what list items lack (apiVersion, kind, namespace), drops what nothing reads
 * and what may hold secrets (the fields of managedFields, last-applied, Secret values), and gives both Event APIs one
 * shape. Of managedFields stays who wrote, how and when.
 * @returns undefined when the value is no object with a name
 */
export function normalizeObject(resource: ResourceKey, value: unknown): KubeObject | undefined {
  const raw = tidy(value);
  if (!isRecord(raw) || !isRecord(raw.metadata)) return undefined;
  const { managedFields, ...metadata } = raw.metadata;
  if (typeof metadata.name !== "string" || metadata.name === "") return undefined;
  const { apiVersion, kind, namespaced } = RESOURCES[resource];
  const object = {
    ...(resource === "events" ? coreEvent(raw) : raw),
    apiVersion: typeof raw.apiVersion === "string" ? raw.apiVersion : apiVersion,
    kind,
    metadata: {
      ...metadata,
      ...withoutLastApplied(metadata.annotations),
      ...(!WITHOUT_MANAGERS.has(resource) && managersOf(managedFields)),
      namespace: namespaceOf(metadata, namespaced),
    },
  } as unknown as KubeObject;
  return resource === "secrets" ? redactSecret(object) : object;
}

function namespaceOf(metadata: Record<string, unknown>, namespaced: boolean): string {
  if (!namespaced) return "";
  return typeof metadata.namespace === "string" && metadata.namespace !== "" ? metadata.namespace : "default";
}

function managersOf(managedFields: unknown): { managedFields?: readonly Record<string, unknown>[] } {
  if (!Array.isArray(managedFields)) return {};
  return {
    managedFields: managedFields
      .filter(isRecord)
      .map(({ manager, operation, time, subresource }) => tidy({ manager, operation, time, subresource }))
      .filter(isRecord),
  };
}

function withoutLastApplied(annotations: unknown): { annotations?: Record<string, unknown> } {
  if (!isRecord(annotations) || !(LAST_APPLIED in annotations)) return {};
  const { [LAST_APPLIED]: _, ...rest } = annotations;
  return { annotations: rest };
}

/** events.k8s.io/v1 in the shape of core/v1. Source: k8s.io/kubernetes pkg/apis/events/v1/conversion.go */
function coreEvent(raw: Record<string, unknown>): Record<string, unknown> {
  const series = isRecord(raw.series) ? raw.series : {};
  const first = raw.firstTimestamp ?? raw.deprecatedFirstTimestamp ?? raw.eventTime;
  const created = isRecord(raw.metadata) ? raw.metadata.creationTimestamp : undefined;
  return {
    ...raw,
    involvedObject: raw.involvedObject ?? raw.regarding ?? {},
    message: raw.message ?? raw.note ?? "",
    source: raw.source ?? raw.deprecatedSource ?? {},
    count: raw.count ?? raw.deprecatedCount ?? series.count ?? 1,
    firstTimestamp: first ?? created,
    lastTimestamp:
      series.lastObservedTime ??
      raw.lastTimestamp ??
      raw.deprecatedLastTimestamp ??
      raw.eventTime ??
      first ??
      created,
  };
}
