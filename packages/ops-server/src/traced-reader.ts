import { type ClusterReader, type Need, RESOURCES } from "@k8s-ops/k8s-cluster";
import { withSpan } from "@k8s-ops/mcp-telemetry";

/** The same reader with a span around each read: `k8s.get_pod`, `k8s.get_events`, `k8s.get_logs`. */
export function traced(reader: ClusterReader): ClusterReader {
  return {
    ...reader,
    read: (need, options) => withSpan(spanName(need), attributesOf(need), () => reader.read(need, options)),
    logs(need, options) {
      const { namespace, pod, container } = need;
      const attributes = { "k8s.namespace": namespace, "k8s.pod_name": pod, "k8s.container_name": container };
      return withSpan("k8s.get_logs", attributes, () => reader.logs(need, options));
    },
  };
}

function spanName({ resource, name }: Need): string {
  return `k8s.get_${(name === undefined ? resource : RESOURCES[resource].kind).toLowerCase()}`;
}

function attributesOf({ resource, namespace, name }: Need) {
  const { kind } = RESOURCES[resource];
  return {
    ...(namespace !== undefined && { "k8s.namespace": namespace }),
    ...(name !== undefined && { [kind === "Pod" ? "k8s.pod_name" : "k8s.object_name"]: name }),
  };
}
