export {
  type ApiEndpoint,
  listBody,
  type ReceivedRequest,
  type Reply,
  startApiEndpoint,
  statusBody,
} from "./api-endpoint.ts";
export { snapshotFromFile, snapshotFromYaml } from "./snapshots.ts";
