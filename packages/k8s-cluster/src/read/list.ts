import type { Connection } from "../connect/connect.ts";
import type { Query } from "../connect/path.ts";
import type { ApiResponse } from "../connect/transport.ts";
import { ClusterError } from "../errors.ts";
import { normalizeObject } from "../snapshot/normalize.ts";
import { RESOURCES, type ResourceKey } from "../snapshot/resources.ts";
import type { GapReason, Need, ReadAnswer } from "../snapshot/snapshot.ts";
import type { KubeObject } from "../snapshot/wire.ts";
import { apiPath } from "./api-path.ts";
import { gapReason } from "./gap.ts";

export interface ReadLimits {
  readonly maxObjects: number;
  readonly pageSize: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const GONE = 410;

/**
 * Reads one object. One that does not exist is an answer without items and without a gap. A Secret always has `data`
 * with its keys, which those of a list have not.
 * @throws ClusterError as ClusterReader.read
 */
export async function readOne(connection: Connection, need: Need, limits: ReadLimits): Promise<ReadAnswer> {
  try {
    const { status, json } = await connection.send({
      path: apiPath(need),
      accepted: [NOT_FOUND],
      timeoutMs: limits.timeoutMs,
      signal: limits.signal,
    });
    if (status === NOT_FOUND) return await absent(connection, need, isStatus(json), limits);
    const object = typed(need.resource, need.resource === "secrets" ? withData(json) : json);
    return { need, items: object ? [object] : [] };
  } catch (error) {
    return withGap(need, [], gapReason(error, limits.signal));
  }
}

/**
 * Reads a list page by page. A group of custom resources that the server does not serve is an empty list: nothing of
 * it can exist. Secrets are listed without their values, which therefore do not travel.
 * @throws ClusterError as ClusterReader.read
 */
export async function readList(connection: Connection, need: Need, limits: ReadLimits): Promise<ReadAnswer> {
  const end = performance.now() + limits.timeoutMs;
  let relisted = false;
  const request = async (query: Query): Promise<ApiResponse> =>
    connection.send({
      path: apiPath(need),
      query,
      ...(need.resource === "secrets" && { accept: METADATA_ONLY }),
      accepted: [NOT_FOUND, ...(relisted ? [] : [GONE]), ...(isCustom(need) ? [FORBIDDEN] : [])],
      timeoutMs: Math.max(1, end - performance.now()),
      signal: limits.signal,
    });
  let items: KubeObject[] = [];
  try {
    let query: Query = { limit: limits.pageSize };
    for (;;) {
      const { status, json } = await request(query);
      if (status === GONE) {
        // The pages' common version has expired: read everything in one answer, once.
        relisted = true;
        items = [];
        query = {};
        continue;
      }
      if (status === NOT_FOUND || status === FORBIDDEN) {
        const answer = await absent(connection, need, false, limits);
        return answer.gap && status === FORBIDDEN ? withGap(need, items, "forbidden") : answer;
      }
      const page = parsePage(need.resource, json);
      for (const item of page.items) items.push(item);
      if (items.length > limits.maxObjects || (items.length === limits.maxObjects && page.continue)) {
        return withGap(need, items.slice(0, limits.maxObjects), "truncated");
      }
      if (!page.continue) return { need, items };
      query = { limit: limits.pageSize, continue: page.continue };
    }
  } catch (error) {
    return withGap(need, items, gapReason(error, limits.signal));
  }
}

/**
 * What a 404 means. Kubernetes' own APIs are always served, so that their lists have no 404: one comes from something
 * that is no API server. A custom resource can be missing because its whole group is, or only this version of it. Who
 * may not list a group that is not served is told 403, but may look whether it is served.
 */
async function absent(
  connection: Connection,
  need: Need,
  isKnown: boolean,
  { timeoutMs, signal }: ReadLimits,
): Promise<ReadAnswer> {
  if (isKnown) return { need, items: [] };
  if (!isCustom(need)) return withGap(need, [], "unavailable");
  const group = groupOf(need);
  const { status } = await connection.send({
    path: ["apis", group],
    accepted: [NOT_FOUND],
    timeoutMs,
    signal,
  });
  return status === NOT_FOUND ? { need, items: [] } : withGap(need, [], "unavailable");
}

const CUSTOM_GROUPS: ReadonlySet<string> = new Set(["gateway.networking.k8s.io", "autoscaling.k8s.io"]);

function isCustom(need: Need): boolean {
  return CUSTOM_GROUPS.has(groupOf(need));
}

function groupOf({ resource }: Need): string {
  return RESOURCES[resource].apiVersion.split("/")[0] ?? "";
}

function withData(json: unknown): unknown {
  return typeof json === "object" && json !== null && !("data" in json) ? { ...json, data: {} } : json;
}

function isStatus(json: unknown): boolean {
  return typeof json === "object" && json !== null && "kind" in json && json.kind === "Status";
}

function withGap(need: Need, items: readonly KubeObject[], reason: GapReason): ReadAnswer {
  const { resource, namespace, name } = need;
  return {
    need,
    items,
    gap: {
      resource,
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
      reason,
    },
  };
}

interface Page {
  readonly items: readonly KubeObject[];
  readonly continue?: string;
}

/** @throws ClusterError `server_error` when the answer is no list */
function parsePage(resource: ResourceKey, json: unknown): Page {
  const list = (json ?? {}) as { items?: unknown; metadata?: { continue?: unknown } };
  // A Go server writes an empty list as null.
  const items = list.items === null ? [] : list.items;
  if (!Array.isArray(items)) {
    throw new ClusterError("server_error", `The API server's answer to a list of ${resource} is no list.`);
  }
  const next = list.metadata?.continue;
  return {
    items: items.flatMap((item) => typed(resource, item) ?? []),
    ...(typeof next === "string" && next !== "" && { continue: next }),
  };
}

/** Items of a list carry no apiVersion, and those of a metadata list the wrong one. */
function typed(resource: ResourceKey, raw: unknown): KubeObject | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  return normalizeObject(resource, { ...raw, apiVersion: RESOURCES[resource].apiVersion });
}
