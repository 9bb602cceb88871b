import { type KubeObject, type ResourceKey, redactObject } from "@k8s-ops/k8s-cluster";
import { type TemplateChange, templateChanges } from "@k8s-ops/k8s-diagnostics/kube";

/** Repeats the whole object, as it once was applied. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** What a write changes in an object, fit to be shown: at most 20 fields, secrets redacted. */
export function changesBetween(
  resource: ResourceKey,
  before: KubeObject,
  after: KubeObject,
): readonly TemplateChange[] {
  const shown = (object: KubeObject): unknown => wanted(redactObject(resource, readable(object)));
  return templateChanges(wanted(before), wanted(after), {
    before: shown(before),
    after: shown(after),
  }).filter(({ before: old, after: next }) => old !== undefined || next !== undefined);
}

/** The parts that people write. */
function wanted(object: KubeObject): unknown {
  const { metadata } = object;
  const { spec } = object as { spec?: unknown };
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations ?? {};
  return { metadata: { labels: metadata.labels, annotations }, spec };
}

/** Annotations that hold JSON as what they hold, because redaction knows secrets by their place in an object. */
function readable(object: KubeObject): KubeObject {
  const annotations = Object.entries(object.metadata.annotations ?? {}).map(([key, text]) => [
    key,
    parsed(text),
  ]);
  const metadata = { ...object.metadata, annotations: Object.fromEntries(annotations) };
  return { ...object, metadata };
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
