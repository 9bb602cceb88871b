import { type KubeObject, type ResourceKey, redactObject } from "@k8s-ops/k8s-cluster";
import { type TemplateChange, templateChanges } from "@k8s-ops/k8s-diagnostics/kube";

/** What a write changes in an object, fit to be shown: at most 20 fields, secrets redacted. */
export function changesBetween(
  resource: ResourceKey,
  before: KubeObject,
  after: KubeObject,
): readonly TemplateChange[] {
  const shown = (object: KubeObject): unknown => wanted(redactObject(resource, object));
  return templateChanges(wanted(before), wanted(after), {
    before: shown(before),
    after: shown(after),
  }).filter(({ before: old, after: next }) => old !== undefined || next !== undefined);
}

/** The parts that people write. */
function wanted(object: KubeObject): unknown {
  const { metadata } = object;
  const { spec } = object as { spec?: unknown };
  return { metadata: { labels: metadata.labels, annotations: metadata.annotations }, spec };
}
