import { createHash } from "node:crypto";
import type { KubeObject } from "@k8s-ops/k8s-cluster";
import { canonicalJson } from "@k8s-ops/k8s-diagnostics/kube";

/** Annotations that controllers write while they follow what people want. */
const WRITTEN_BY_CONTROLLERS =
  /^(?:(?:deployment|batch)\.kubernetes\.io\/|deprecated\.daemonset\.template\.generation$)/;

/**
 * What people and their tools want of an object, without what controllers report: spec, labels, annotations. Equal
 * digests mean that nobody has changed the object's mind, though its status and resourceVersion move all the time.
 */
export function intentDigest(object: KubeObject): string {
  return digestOf(intentOf(object));
}

/** A short SHA-256 of any JSON value, whatever the order of its members. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("base64url").slice(0, 22);
}

function intentOf(object: KubeObject): unknown {
  const { kind, metadata } = object;
  const { spec } = object as { spec?: Readonly<Record<string, unknown>> };
  const { uid, deletionTimestamp } = metadata;
  // Controllers write taints, labels and annotations of Nodes; only this field is people's.
  if (kind === "Node") return { uid, unschedulable: spec?.unschedulable ?? false };
  const annotations = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => !WRITTEN_BY_CONTROLLERS.test(key),
  );
  return {
    uid,
    deletionTimestamp,
    labels: metadata.labels ?? {},
    annotations: Object.fromEntries(annotations),
    spec,
  };
}
