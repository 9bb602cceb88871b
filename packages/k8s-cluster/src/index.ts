export { type Connection, type ConnectOptions, connect } from "./connect/connect.ts";
export type { ApiRequest, ApiResponse } from "./connect/transport.ts";
export { ClusterError, type ClusterErrorCode } from "./errors.ts";
export { type CollectOptions, collect, type Needs } from "./read/collect.ts";
export { createLiveReader, type LiveReaderOptions } from "./read/live.ts";
export type { ClusterReader, ReadOptions } from "./read/reader.ts";
export { restrictToNamespaces } from "./read/restrict.ts";
export { openRecordedCluster } from "./recorded/reader.ts";
export { type RecordOptions, type RecordResult, record } from "./recorded/record.ts";
export { assertNamespace, assertObjectName, isDnsLabel, isDnsSubdomain } from "./snapshot/names.ts";
export { redactObject, redactText } from "./snapshot/redact.ts";
export {
  type ObjectOf,
  RESOURCE_KEYS,
  RESOURCES,
  type ResourceKey,
  type ResourceType,
  resourceOf,
  resourceOfKind,
} from "./snapshot/resources.ts";
export {
  buildSnapshot,
  type ClusterInfo,
  type Gap,
  type GapReason,
  type LogExcerpt,
  type LogNeed,
  type LogView,
  type Need,
  type ObjectRef,
  type Objects,
  type ResourceView,
  type Snapshot,
} from "./snapshot/snapshot.ts";
export type { KubeObject, ObjectMeta, Wire } from "./snapshot/wire.ts";
export { createLiveWriter } from "./write/live.ts";
export { createReadOnlyWriter, readOnlyError } from "./write/read-only.ts";
export type {
  ClusterWriter,
  JsonPatchOperation,
  ListKey,
  ObjectKey,
  Patch,
  Precondition,
  WriteOptions,
} from "./write/writer.ts";
