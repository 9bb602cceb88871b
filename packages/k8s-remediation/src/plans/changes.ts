import { type KubeObject, type ResourceKey, redactObject } from "@k8s-ops/k8s-cluster";
import { type TemplateChange, templateChanges } from "@k8s-ops/k8s-diagnostics/kube";

/** One repeats the whole object as it once was applied, the other is a count of the API server's. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

/** Beyond it, fields are only counted. */
const MOST_COMPARED = 1_000;

/** What a change may do most harm with comes first, so that it is the last to be left out. */
const WEIGHTIEST_FIRST: readonly RegExp[] = [
  /\.(?:image|command|args)\b|[cC]ontainers(?:\[[^\]]*\])?$/,
  /\b(?:securityContext|serviceAccount(?:Name)?|host(?:Network|PID|IPC|Path)|volumes)\b/,
  /^spec\.(?!template\.metadata\b)/,
  /^spec\b/,
];
const HARMFUL = 2;

/** Whether a change may give a workload other programs or other rights. */
export function isWeighty(change: TemplateChange): boolean {
  return weight(change) < HARMFUL;
}

/** What a write changes in an object, fit to be shown: weightiest first, secrets redacted. */
export function changesBetween(
  resource: ResourceKey,
  before: KubeObject,
  after: KubeObject,
): readonly TemplateChange[] {
  const shown = (object: KubeObject): unknown => wanted(redactObject(resource, readable(object)));
  return templateChanges(
    wanted(before),
    wanted(after),
    { before: shown(before), after: shown(after) },
    MOST_COMPARED,
  )
    .filter(({ before: old, after: next }) => old !== undefined || next !== undefined)
    .toSorted((a, b) => weight(a) - weight(b));
}

function weight({ path }: TemplateChange): number {
  const found = WEIGHTIEST_FIRST.findIndex((pattern) => pattern.test(path));
  return found < 0 ? WEIGHTIEST_FIRST.length : found;
}

/** The parts that people write. */
function wanted(object: KubeObject): unknown {
  const { metadata } = object;
  const { spec } = object as { spec?: unknown };
  const { [LAST_APPLIED]: _, [TEMPLATE_GENERATION]: __, ...annotations } = metadata.annotations ?? {};
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
