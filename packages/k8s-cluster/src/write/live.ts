import type { Connection } from "../connect/connect.ts";
import { cleanMessage, statusFailure } from "../connect/failures.ts";
import type { Query } from "../connect/path.ts";
import type { ApiRequest, ApiResponse } from "../connect/transport.ts";
import { ClusterError } from "../errors.ts";
import { apiPath } from "../read/api-path.ts";
import { isRecord } from "../snapshot/records.ts";
import { type ObjectOf, RESOURCES, type ResourceKey } from "../snapshot/resources.ts";
import type { ClusterWriter, JsonPatchOperation, Patch, Precondition, WriteOptions } from "./writer.ts";

/** Who is written into managedFields. */
const FIELD_MANAGER = "k8s-ops-mcp";

const NOT_FOUND = 404;
const FORBIDDEN = 403;
const TOO_MANY_REQUESTS = 429;
const PAGE_SIZE = 500;

const CONTENT_TYPES = {
  strategic: "application/strategic-merge-patch+json",
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
} as const satisfies Record<Patch["type"], string>;

/** A writer on a live cluster. */
export function createLiveWriter(connection: Connection): ClusterWriter {
  const { send } = connection;
  return {
    cluster: connection.cluster,
    async get({ resource, namespace, name }, signal) {
      const path = apiPath({ resource, ...inNamespace(resource, namespace), name });
      const { status, json } = await send({ path, accepted: [NOT_FOUND], ...withSignal(signal) });
      return status === NOT_FOUND ? undefined : asObject(resource, json);
    },
    async list({ resource, namespace, labelSelector, fieldSelector }, signal) {
      const path = apiPath({ resource, ...inNamespace(resource, namespace) });
      const found: ObjectOf<typeof resource>[] = [];
      let next: string | undefined;
      do {
        const query = { labelSelector, fieldSelector, limit: PAGE_SIZE, continue: next };
        const { json } = await send({ path, query, ...withSignal(signal) });
        const page = pageOf(json);
        found.push(...page.items.map((item) => asObject(resource, item)));
        next = page.continue;
      } while (next);
      return found;
    },
    async patch(key, patch, precondition, options) {
      const value = guarded(patch, precondition);
      const body = { contentType: CONTENT_TYPES[patch.type], value };
      const { json } = await send(write("PATCH", pathOf(key), options, { body }));
      return asObject(key.resource, json);
    },
    async scale(key, replicas, { uid, resourceVersion }, options) {
      const { name, namespace } = key;
      const metadata = { name, namespace, uid, ...(resourceVersion !== undefined && { resourceVersion }) };
      const value = { apiVersion: "autoscaling/v1", kind: "Scale", metadata, spec: { replicas } };
      await send(write("PUT", [...pathOf(key), "scale"], options, { body: asJson(value) }));
    },
    async evict(pod, precondition, options) {
      const { name, namespace } = pod;
      const value = {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name, namespace },
        // A second safeguard beside the query's.
        deleteOptions: { preconditions: precondition, ...(options.dryRun && { dryRun: ["All"] }) },
      };
      const request = write("POST", [...pathOf(pod), "eviction"], options, { body: asJson(value) });
      const answer = await send({ ...request, accepted: [FORBIDDEN, TOO_MANY_REQUESTS] });
      if (answer.status >= FORBIDDEN) throw refusedEviction(connection.server, answer);
    },
    async create({ resource, namespace }, object, options) {
      const path = apiPath({ resource, ...inNamespace(resource, namespace) });
      const { json } = await send(write("POST", path, options, { body: asJson(object) }));
      return asObject(resource, json);
    },
    async delete(key, precondition, options) {
      const value = {
        apiVersion: "v1",
        kind: "DeleteOptions",
        preconditions: precondition,
        propagationPolicy: "Background",
        // With a body the API server does not look at the query: a dry run named only there would delete.
        // Source: k8s.io/apiserver pkg/endpoints/handlers/delete.go
        ...(options.dryRun && { dryRun: ["All"] }),
      };
      await send(write("DELETE", pathOf(key), options, { body: asJson(value), manager: false }));
    },
  };
}

function pathOf({ resource, namespace, name }: { resource: ResourceKey; namespace: string; name: string }) {
  return apiPath({ resource, ...inNamespace(resource, namespace), name });
}

function inNamespace(resource: ResourceKey, namespace: string): { readonly namespace?: string } {
  return RESOURCES[resource].namespaced && namespace !== "" ? { namespace } : {};
}

function withSignal(signal: AbortSignal | undefined): Pick<ApiRequest, "signal"> {
  return signal ? { signal } : {};
}

function asJson(value: unknown): NonNullable<ApiRequest["body"]> {
  return { contentType: "application/json", value };
}

function write(
  method: NonNullable<ApiRequest["method"]>,
  path: readonly string[],
  { dryRun, signal }: WriteOptions,
  { body, manager = true }: { readonly body: NonNullable<ApiRequest["body"]>; readonly manager?: boolean },
): ApiRequest {
  const query: Query = {
    dryRun: dryRun ? "All" : undefined,
    fieldManager: manager ? FIELD_MANAGER : undefined,
  };
  return { method, path, query, body, ...withSignal(signal) };
}

/**
 * The patch with its precondition in it. A resourceVersion that is no longer the object's makes the API server answer
 * 409, also to a JSON patch, where a failed `test` would be a 422.
 * Source: k8s.io/apiserver pkg/registry/generic/registry/store.go Update
 */
function guarded(patch: Patch, { uid, resourceVersion }: Precondition): unknown {
  const versioned = resourceVersion === undefined ? {} : { resourceVersion };
  if (patch.type !== "json") {
    const metadata = isRecord(patch.value.metadata) ? patch.value.metadata : {};
    return { ...patch.value, metadata: { ...metadata, uid, ...versioned } };
  }
  const version: JsonPatchOperation =
    resourceVersion === undefined
      ? { op: "test", path: "/metadata/uid", value: uid }
      : { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion };
  return [version, ...patch.value];
}

/**
 * A budget says no with the same status as a limit of requests, a Namespace that is being deleted with that of a
 * missing permission; the cause tells them apart.
 * Source: k8s.io/kubernetes pkg/registry/core/pod/storage/eviction.go; k8s.io/apiserver
 * pkg/admission/plugin/namespace/lifecycle
 */
function refusedEviction(server: string, { status, json, retryAfter }: ApiResponse): ClusterError {
  const budget = causeOf(json, "DisruptionBudget");
  if (status === TOO_MANY_REQUESTS && budget) {
    const said = typeof budget.message === "string" ? cleanMessage(budget.message) : "";
    return new ClusterError(
      "disruption_budget",
      `A PodDisruptionBudget does not allow to evict the Pod now.${said ? ` The API server said: ${said}` : ""}`,
    );
  }
  if (status === FORBIDDEN && causeOf(json, "NamespaceTerminating")) {
    return new ClusterError(
      "namespace_terminating",
      "The Pod cannot be evicted, because its Namespace is being deleted: it ends with it.",
    );
  }
  return statusFailure(server, status, json, retryAfter).error;
}

function causeOf(json: unknown, reason: string): Readonly<Record<string, unknown>> | undefined {
  const details = isRecord(json) ? json.details : undefined;
  const causes: readonly unknown[] = isRecord(details) && Array.isArray(details.causes) ? details.causes : [];
  return causes.filter(isRecord).find((cause) => cause.reason === reason);
}

interface Page {
  readonly items: readonly unknown[];
  readonly continue: string | undefined;
}

function pageOf(json: unknown): Page {
  const { items, metadata } = isRecord(json) ? json : {};
  const next = isRecord(metadata) ? metadata.continue : undefined;
  return {
    items: Array.isArray(items) ? items : [],
    continue: typeof next === "string" && next !== "" ? next : undefined,
  };
}

/** Items of lists carry neither apiVersion nor kind, cluster-scoped objects no namespace. */
function asObject<K extends ResourceKey>(resource: K, json: unknown): ObjectOf<K> {
  const { apiVersion, kind } = RESOURCES[resource];
  if (!isRecord(json) || !isRecord(json.metadata)) {
    throw new ClusterError("server_error", `The API server's answer is no ${kind}.`);
  }
  const metadata = { namespace: "", ...json.metadata };
  return { apiVersion, kind, ...json, metadata } as unknown as ObjectOf<K>;
}
