export {
  type ApiEndpoint,
  listBody,
  type ReceivedRequest,
  type Reply,
  startApiEndpoint,
  statusBody,
} from "./api-endpoint.ts";
export { type KubeconfigParts, kubeconfigText } from "./kubeconfig.ts";
export { snapshotFromFile, snapshotFromYaml } from "./snapshots.ts";
export { temporaryKubeconfig } from "./temporary-kubeconfig.ts";
