import type { ObjectOf } from "@k8s-ops/k8s-cluster";

/**
 * The registries for which a Secret has credentials, as image references name them; undefined when it cannot be read.
 * Source: https://kubernetes.io/docs/concepts/containers/images/#config-json
 */
export function registryHosts({ data }: ObjectOf<"secrets">): readonly string[] | undefined {
  const modern = data?.[".dockerconfigjson"];
  const text = modern ?? data?.[".dockercfg"];
  if (!text) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
    const auths = modern === undefined ? parsed : (parsed as { auths?: unknown } | null)?.auths;
    return typeof auths === "object" && auths !== null ? Object.keys(auths).map(hostOf) : undefined;
  } catch {
    return undefined;
  }
}

/** A pattern such as `*.example.com` names no single host, and so the answer is not known. */
function hostOf(entry: string): string {
  const host = entry.replace(/^https?:\/\//, "").split("/")[0] ?? "";
  return host === "index.docker.io" || host === "registry-1.docker.io" ? "docker.io" : host;
}
